"""The trainer as a program: what it says, and what ends it.

    .venv/bin/python -m unittest discover -s test/python -p test_finetune.py
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys

import tiny

FINETUNE = tiny.PROJECT / "scripts/finetune.py"
COMMON = ["--base", "scratch:2x2x32", "--precision", "fp32", "--context-length", "64", "--tokens-per-step", "128", "--no-export"]
TORCHRUN = (sys.executable, "-m", "torch.distributed.run")
FAILS = """
import sys
sys.path.insert(0, {scripts!r})
import finetune, torch.distributed
from trainer.events import Problem

def train(arguments, team, emit):
    if team.is_first:
        raise {error}
    torch.distributed.barrier()

finetune.train = train
finetune.Team.leave = lambda team: print("farewell", file=sys.stderr)
finetune.main()
"""
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Finetune(tiny.WithShards):
    def start(self, run, *options, program=(sys.executable, FINETUNE), env=ONE_THREAD, **process):
        command = [*program, "--shards", self.folder / "shards", "--run", self.folder / run, *COMMON, *options]
        pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        return subprocess.Popen(command, **pipes, text=True, env=env, **process)

    def run_to_end(self, run, *options, **process):
        started = self.start(run, *options, **process)
        out, err = started.communicate(timeout=300)
        return started.returncode, [json.loads(line) for line in out.splitlines()], err

    def test_it_learns_and_says_so_in_events(self):
        code, events, err = self.run_to_end("a", "--steps", "12", "--evaluate-every", "4", "--price-per-hour", "0.5")
        self.assertEqual(code, 0, err)
        evaluations = [event for event in events if event["type"] == "evaluation"]
        self.assertEqual([event["type"] for event in events][:2], ["phase", "plan"])
        self.assertEqual(len(evaluations), 4)
        self.assertLess(min(event["loss"] for event in evaluations), evaluations[0]["loss"])
        self.assertTrue(all(event["generalLoss"] > 0 for event in evaluations))
        measured = [event["personaBitsPerByte"] for event in evaluations]
        self.assertEqual(events[-1]["personaBitsPerByte"], {"before": measured[0], "best": min(measured)})
        self.assertLess(events[-1]["specificity"]["low"], events[-1]["specificity"]["high"])
        finished = events[-1]
        self.assertEqual((finished["type"], finished["stopped"], finished["endedBy"]), ("finished", False, "steps"))
        self.assertAlmostEqual(finished["cost"], 0.5 * finished["seconds"] / 3600)
        record = json.loads((self.folder / "a/attempt-1/record.json").read_text())
        self.assertEqual(record["result"]["tokens"], sum(event.get("tokens", 0) for event in events if event["type"] == "step"))
        self.assertEqual(record["plan"], {key: value for key, value in events[1].items() if key != "type"})
        self.assertGreater(record["result"]["modelFlopsUtilization"], 0)
        self.assertIn("torch", record["environment"]["packages"])

    def test_what_others_say_is_learned_as_far_as_it_is_given_weight(self):
        def others_after(run, weight):
            code, events, err = self.run_to_end(run, "--steps", "12", "--evaluate-every", "12", "--others-weight", weight)
            self.assertEqual(code, 0, err)
            return events[-1]["othersBitsPerByte"]["best"]

        alone, beside, fully = (others_after(f"others-{weight}", weight) for weight in ("0", "0.3", "1"))
        self.assertGreater(alone, beside)
        self.assertGreater(beside, fully)

    def test_a_sigterm_saves_and_the_resumed_run_has_the_losses_of_one_that_was_left_alone(self):
        _, whole, _ = self.run_to_end("whole", "--steps", "8", "--micro-batch", "1")
        process = self.start("cut", "--steps", "8", "--micro-batch", "1")
        seen = []
        for line in process.stdout:
            seen.append(json.loads(line))
            if seen[-1]["type"] == "step" and seen[-1]["step"] == 3:
                process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        process.stderr.close(), process.stdin.close(), process.stdout.close()
        _, rest, err = self.run_to_end("cut", "--steps", "8", "--micro-batch", "1", "--resume", "--attempt", "2")

        self.assertTrue(seen[-1]["stopped"])
        self.assertEqual(tiny.losses(seen) + tiny.losses(rest), tiny.losses(whole), err)

    def test_stopped_before_its_first_evaluation_it_has_no_best_loss_and_says_so_in_json(self):
        process = self.start("early", "--steps", "8")
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        lines = [first, *process.stdout]
        self.assertEqual(process.wait(), 0)
        process.stderr.close(), process.stdin.close(), process.stdout.close()
        said = [json.loads(line, parse_constant=self.fail) for line in lines]
        self.assertEqual((said[0]["name"], said[-1]["type"], said[-1]["stopped"]), ("loading", "finished", True))
        self.assertIsNone(said[-1]["bestLoss"])
        json.loads((self.folder / "early/attempt-1/record.json").read_text(), parse_constant=self.fail)

    def test_it_computes_with_so_many_cores_fewer_and_one_at_least(self):
        threads = []
        for spared in ("0", "1", "1000"):
            name = f"spares-{spared}"
            self.run_to_end(name, "--steps", "1", "--spare-cores", spared, env=ONE_THREAD | {"OMP_NUM_THREADS": "2"})
            threads.append(json.loads((self.folder / name / "attempt-1/record.json").read_text())["environment"]["threads"])
        self.assertEqual(threads, [threads[0], max(1, threads[0] - 1), 1])

    def test_it_saves_and_ends_when_its_parent_is_gone(self):
        process = self.start("orphan", "--steps", "100000", "--watch-parent")
        for line in process.stdout:
            if json.loads(line)["type"] == "step":
                process.stdin.close()
                break
        events = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.wait(), 0)
        process.stderr.close(), process.stdout.close()
        self.assertTrue(events[-1]["stopped"])

    def test_a_second_trainer_of_one_run_is_refused(self):
        first = self.start("shared", "--steps", "100000", "--watch-parent")
        json.loads(first.stdout.readline())
        code, events, _ = self.run_to_end("shared", "--attempt", "2")
        first.kill()
        first.communicate()
        self.assertEqual((code, events[-1]["type"]), (1, "failed"))
        self.assertIn("Another trainer", events[-1]["reason"])

    def test_a_full_disk_at_a_checkpoint_ends_it_and_leaves_the_earlier_ones_whole(self):
        self.run_to_end("full", "--steps", "2", "--evaluate-every", "2")
        # No file may grow beyond 64 KiB any more, and a checkpoint's weights are larger.
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
        again = ("--steps", "4", "--evaluate-every", "1", "--resume", "--attempt", "2")
        code, events, err = self.run_to_end("full", *again, preexec_fn=limit)
        self.assertEqual((code, events[-1]["type"]), (1, "failed"), err)
        self.assertRegex(events[-1]["reason"], "disk is full.*earlier ones are whole")
        left = [path.name for path in (self.folder / "full").glob("attempt-*/checkpoints/*")]
        self.assertEqual(set(left), {"step-2"})
        code, events, err = self.run_to_end("full", "--steps", "4", "--resume", "--attempt", "3")
        self.assertEqual((code, events[-1]["steps"]), (0, 4), err)

    def test_one_process_of_two_that_fails_says_why_and_takes_no_leave_of_the_other(self):
        """With NCCL that waits for ever; here it would be heard."""
        program = self.folder / "fails.py"
        torchrun = (*TORCHRUN, "--nproc-per-node", "2", "--standalone", "--", program)
        for error, said in (("Problem('a reason', 'a fix')", "a reason"), ("ValueError('a bug')", "ValueError: a bug")):
            program.write_text(FAILS.format(scripts=str(FINETUNE.parent), error=error))
            code, events, err = self.run_to_end("fails", program=torchrun)
            self.assertEqual(code, 1)
            self.assertIn(said, events[-1]["reason"] if events else err)
            self.assertNotIn("farewell", err)

    def test_two_machines_have_the_losses_of_one_with_the_same_batch(self):
        words = ("--steps", "3", "--evaluate-every", "3", "--dropout", "0", "--tokens-per-step", "256")
        meeting = ("--master-addr", "127.0.0.1", "--master-port", str(free_port()))
        torchrun = lambda rank: (*TORCHRUN, "--nnodes", "2", "--node-rank", str(rank), *meeting, "--", FINETUNE)
        _, alone, _ = self.run_to_end("alone", *words)
        second = self.start("together", *words, program=torchrun(1))
        code, together, err = self.run_to_end("together", *words, program=torchrun(0))
        said, _ = second.communicate(timeout=300)
        self.assertEqual((code, second.returncode, said), (0, 0, ""), err[-3000:])
        self.assertEqual(together[1]["processes"], 2)
        self.assertEqual([event["type"] for event in together], [event["type"] for event in alone])
        for one, two in zip(tiny.losses(alone), tiny.losses(together)):
            self.assertEqual(one.keys(), two.keys())
            for name in one.keys() - {"type"}:
                self.assertAlmostEqual(one[name], two[name], delta=1e-4, msg=name)


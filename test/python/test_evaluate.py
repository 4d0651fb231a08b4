"""The whole evaluation of a small run: its parts, its going on after a kill, and what it says where something is amiss.

    .venv/bin/python -m unittest discover -s test/python -p test_evaluate.py
"""

import errno
import json
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import talks
import tiny
from trainer.events import Problem

import evaluate
from evaluation import asking, sizes
from evaluation.contexts import Reply
from evaluation.parts import Parts
from evaluation.program import explain
from evaluation.sampling import Sampler


class Killed(BaseException):
    """Ends an evaluation as SIGKILL would: nothing is tidied up."""


def command(run, shards, *words):
    asked = {"--replies": 40, "--seed": 0, "--temperature": 0.8, "--top-p": 0.95, "--min-p": 0, "--max-tokens": 40}
    asked["--served-by"] = "pytorch"
    return ["--run", str(run), "--shards", str(shards), *(str(word) for pair in asked.items() for word in pair), *words]


def evaluate_run(run, shards, *words):
    events = []
    arguments = evaluate.parse(command(run, shards, *words))
    evaluate.evaluate(arguments, lambda type, **rest: events.append({"type": type, **rest}))
    return events


class Evaluate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        talks.write(cls.folder / "shards", talks.conversations(40, 1), talks.conversations(12, 2))
        words = ("--base", "scratch:2x2x64", "--steps", "60", "--learning-rate", "1e-2", "--evaluate-every", "60", "--gguf", "none")
        words += ("--canaries", "3")
        tiny.train(cls.folder, "trained", *words, exported=True)

        evaluate_run(cls.folder / "trained", cls.folder / "shards", "--replies", "40")

    def setUp(self):
        self.run_folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(self.folder / "trained", self.run_folder, dirs_exist_ok=True)

    def evaluate(self, *words, shards=None):
        return evaluate_run(self.run_folder, shards or self.folder / "shards", *words)

    def part(self, name):
        return json.loads((self.run_folder / "evaluation" / f"{name}.json").read_text())

    def replies(self):
        return [json.loads(line) for line in (self.run_folder / "evaluation/replies.jsonl").read_text().splitlines()]

    def test_every_part_is_measured_and_none_but_the_replies_holds_words(self):
        events = self.evaluate("--replies", "40")  # It was evaluated before, and only says so.
        self.assertEqual([event["type"] for event in events].count("progress"), len(evaluate.PARTS))
        self.assertEqual(events[-1]["sizes"], {"replies": 40, "heldOutReplies": 40, "conversations": 12})
        folder = self.run_folder / "evaluation"
        for name in (*evaluate.PARTS, "relevance", "summary"):
            self.assertNotIn("skipped", self.part(name), name)
            text = (folder / f"{name}.json").read_text()
            self.assertFalse([topic for topic in talks.TOPICS if topic in text], name)
        self.assertFalse([topic for topic in talks.TOPICS if topic in json.dumps(events)])
        for path in folder.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path.name)
        self.check_figures()

    def test_the_training_messages_that_training_made_likeliest_are_for_the_owner(self):
        lines = [json.loads(line) for line in (self.run_folder / "evaluation/worst.jsonl").read_text().splitlines()]
        self.assertTrue(10 < len(lines) <= 50)
        said = {(who, text) for talk in talks.conversations(40, 1) for who, bubbles in talk for text in bubbles}
        self.assertTrue({line["text"] for line in lines} <= {text for _, text in said})
        self.assertEqual(lines[0]["whose"], "persona")
        self.assertGreater(lines[0]["after"], lines[0]["before"])

    def test_only_a_full_evaluation_draws_what_is_likeliest_to_come_out(self):
        self.assertIn("--full", self.part("nearVerbatim")["skipped"])

    def test_a_failure_is_an_event_with_what_to_do(self):
        ended = subprocess.run(self.program(self.folder), capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 1)
        said = json.loads(ended.stdout.splitlines()[-1])
        self.assertEqual((said["type"], said["reason"]), ("failed", f"{self.folder} holds no manifest.json"))

    def test_it_ends_when_its_parent_is_killed_and_goes_on_afterwards(self):
        program = self.program(self.folder / "shards", "--seed", "1", "--watch-parent")
        with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdout.readline()
            process.stdin.close()
            self.assertNotIn(b'"finished"', process.stdout.read())
        self.assertEqual(process.returncode, 1)
        self.assertEqual(self.evaluate("--seed", "1")[-1]["type"], "finished")

    def program(self, shards, *words):
        return [sys.executable, tiny.PROJECT / "scripts/evaluate.py", *command(self.run_folder, shards, *words)]

    def check_figures(self):
        likelihood, told = self.part("likelihood"), self.part("twoSample")
        self.assertLess(likelihood["persona"]["run"], likelihood["persona"]["base"])
        self.assertGreater(likelihood["specificity"]["low"], 0)
        self.assertGreater(told["base"]["value"], 0.9)  # A random model fails.
        self.assertLess(told["run"]["value"], told["base"]["value"])
        self.assertGreater(told["anchors"]["otherPerson"]["value"], 0.9)
        self.assertLess(told["anchors"]["self"]["value"], 0.7)
        bags = {bag["size"]: bag for bag in self.part("verifier")[0]["bags"]}
        self.assertGreater(bags[10]["real"], 0.9)
        self.assertLess(bags[10]["friends"], 0.1)
        self.assertGreater(bags[10]["generated"], bags[10]["friends"])
        sources = [line["source"] for line in self.replies()]
        self.assertEqual({source: sources.count(source) for source in sources}, dict.fromkeys(["run", "served", "base", "real"], 40))

    def test_killed_on_the_way_it_goes_on_and_ends_with_the_same_replies(self):
        expected = sorted(json.dumps(line) for line in self.replies())
        shutil.rmtree(self.run_folder / "evaluation")

        replies_of_batch = Sampler._replies_to
        batches = iter(range(100))

        def kill_in_the_third_batch(sampler, *rest):
            if next(batches) == 2:
                raise Killed
            return replies_of_batch(sampler, *rest)

        Sampler._replies_to = kill_in_the_third_batch
        self.addCleanup(setattr, Sampler, "_replies_to", replies_of_batch)
        with self.assertRaises(Killed):
            self.evaluate("--replies", "40")
        with open(self.run_folder / "evaluation/replies.jsonl", "a") as file:
            file.write('{"source": "base", "ind')
        asked = next(batches)
        self.assertEqual(self.evaluate("--replies", "40")[-1]["type"], "finished")
        self.assertLess(next(batches) - asked, 4)
        self.assertEqual(sorted(json.dumps(line) for line in self.replies()), expected)

    def test_what_was_damaged_meanwhile_is_measured_again(self):
        folder, replies, style = self.run_folder / "evaluation", self.replies(), self.part("style")
        for name, content in {"style.json": "{", "summary.json": "", "sizes.json": "nul", "val-run.npz": "junk", "val-base.npz": ""}.items():
            (folder / name).write_text(content)
        (folder / "likelihood.json").unlink()
        lines = (folder / "replies.jsonl").read_text().splitlines(keepends=True)
        (folder / "replies.jsonl").write_text("".join([*lines[:10], "junk\n", *lines[11:20], "{}\n", *lines[21:]]))

        self.assertEqual(self.evaluate("--replies", "40")[-1]["type"], "finished")
        self.assertEqual(self.part("style"), style)
        by_place = lambda lines: {(line["source"], line["index"]): line["ids"] for line in lines}
        again, before = by_place(self.replies()), by_place(replies)
        self.assertEqual((len(self.replies()), again.keys()), (len(replies), before.keys()))
        # In another batch, sums in bf16 are rounded otherwise: a number at the edge of two tokens may draw the other one.
        self.assertLessEqual(sum(again[place] != before[place] for place in again), 3)

    def test_a_full_disk_is_answered_by_the_command_that_goes_on(self):
        said = {}
        explain(OSError(errno.ENOSPC, "No space left on device"), "persona eval aaaa", lambda type, **rest: said.update(rest))
        self.assertEqual(said, {"reason": "The disk is full", "fix": "Free some space, then: persona eval aaaa"})

    def test_what_the_engine_has_answered_is_measured_as_served_and_only_what_it_has_not_is_asked(self):
        by_engine = ("--replies", "8", "--served-by", "engine")
        self.assertEqual(self.evaluate(*by_engine, "--only-questions"), [{"type": "phase", "name": "loading"}, {"type": "finished"}])
        self.assertNotIn("served", {line["source"] for line in self.replies()})
        questions = self.questions()
        self.assertEqual([set(question) for question in questions], [{"index", "conversation", "context"}] * 8)
        said = [{"source": "served", **each, "bubbles": ["by the engine"], "ended": True, "ids": [5, 6]} for each in questions]
        with open(self.run_folder / "evaluation/replies.jsonl", "a") as file:
            file.write("".join(json.dumps(line) + "\n" for line in said[:7]) + '{"source": "served", "ind')

        self.evaluate(*by_engine, "--only-questions")
        self.assertEqual(self.questions(), questions[7:])
        with open(self.run_folder / "evaluation/replies.jsonl", "a") as file:
            file.write(json.dumps(said[7]) + "\n")
        self.assertEqual(self.evaluate(*by_engine)[-1]["servedBy"], "engine")
        self.assertEqual([line for line in self.replies() if line["source"] == "served"], said)
        rates = {rate["name"]: rate["served"] for rate in self.part("degeneration")}
        self.assertEqual(rates["same as another reply"], 1)

    def questions(self):
        return [json.loads(line) for line in (self.run_folder / "evaluation/questions.jsonl").read_text().splitlines()]

    def test_another_seed_begins_anew(self):
        before = [json.dumps(line) for line in self.replies()]
        self.evaluate("--replies", "8", "--seed", "1")
        self.assertEqual(len(self.replies()), 4 * 8)
        self.assertFalse([line for line in self.replies() if json.dumps(line) in before and line["source"] != "real"])
        self.assertIn("at least 30 of each", self.part("twoSample")["skipped"])

    def test_measured_otherwise_only_what_is_drawn_otherwise_is_drawn_again(self):
        drawn, replies_of_batch = [], Sampler._replies_to
        draws_of_calibration = self.run_folder / "evaluation/calibration.jsonl"
        draws_of_calibration.write_text("{}\n")
        self.addCleanup(draws_of_calibration.unlink)
        by_source = lambda: {source: [line for line in self.replies() if line["source"] == source] for source in ("run", "served", "base")}
        before = by_source()
        Sampler._replies_to = lambda sampler, chosen, *rest: drawn.append(len(chosen)) or replies_of_batch(sampler, chosen, *rest)
        self.addCleanup(setattr, Sampler, "_replies_to", replies_of_batch)
        self.assertEqual(self.evaluate("--replies", "12")[-1]["sizes"]["replies"], 12)
        self.assertNotIn("skipped", self.part("style"))
        self.assertEqual((drawn, by_source()), ([], before))
        self.evaluate("--replies", "12", "--temperature", "0.3")
        self.assertEqual(drawn, [12])
        after = by_source()
        self.assertEqual((after["run"], after["base"]), (before["run"], before["base"]))
        self.assertEqual(len(after["served"]), 12)
        self.assertTrue(draws_of_calibration.exists())

    def test_a_full_one_answers_all_that_is_there(self):
        self.assertEqual(self.evaluate("--replies", "12", "--full")[-1]["sizes"]["replies"], 48)

    def test_a_random_model_fails(self):
        self.change_weights(lambda weights: torch.randn_like(weights) * 0.02)
        self.evaluate("--replies", "40")
        told, likelihood = self.part("twoSample"), self.part("likelihood")
        self.assertGreater(told["run"]["low"], 0.9)
        self.assertGreater(told["served"]["low"], 0.9)
        self.assertLessEqual(likelihood["specificity"]["low"], 0)
        relevance = self.part("relevance")
        self.assertGreater(relevance["p"], 0.01)
        self.assertEqual(self.part("canaries")["byRepeats"][-1]["revealed"], 0)
        self.assertLess(self.part("extraction")["persona"]["n1"], 0.5)

    def test_a_model_without_numbers_is_refused_before_its_figures_are_believed(self):
        self.change_weights(lambda weights: weights * float("nan"))
        with self.assertRaisesRegex(Problem, "no number"):
            self.evaluate("--replies", "40")

    def test_a_base_that_is_gone_is_missed_before_the_run_is_asked(self):
        path = self.run_folder / "attempt-1/record.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"base": {"name": str(self.folder / "gone")}}))
        events = []
        with self.assertRaisesRegex(Problem, "The base that this run was trained from is gone: .*gone$"):
            evaluate.evaluate(evaluate.parse(command(self.run_folder, self.folder / "shards")), lambda type, **rest: events.append(rest))
        self.assertEqual(events, [{"name": "loading"}])

    def change_weights(self, change):
        path = next(self.run_folder.glob("**/model/model.safetensors"))
        save_file({name: change(weights) for name, weights in load_file(path).items()}, path, {"format": "pt"})

    def test_what_does_not_fit_into_the_time_is_measured_smaller_and_said(self):
        timed = asking.timed
        asking.timed = lambda work: (timed(work), 16.0)[1]  # Each reply takes half a second.
        self.addCleanup(setattr, asking, "timed", timed)
        events = self.evaluate("--replies", "40", "--seconds", "30", "--seed", "1")
        answered = events[-1]["sizes"]["replies"]
        self.assertEqual(answered, 32)
        warnings = [event["message"] for event in events if event["type"] == "warning"]
        self.assertEqual(warnings, [f"{answered} of 40 held-out contexts are answered, to be done in time."])
        self.assertEqual(len([line for line in self.replies() if line["source"] == "real"]), answered)

    def test_a_run_without_a_model_and_shards_without_a_reply_are_refused(self):
        talks.write(self.folder / "silent", talks.conversations(4, 1), [[("Ben", ["nobody answers"])]])
        with self.assertRaisesRegex(Problem, "No held-out message of the persona answers another one"):
            self.evaluate(shards=self.folder / "silent")
        shutil.rmtree(self.run_folder / "attempt-1/model")
        with self.assertRaisesRegex(Problem, "holds no model"):
            self.evaluate()


class Anchors(unittest.TestCase):
    def test_they_are_drawn_from_all_conversations_however_few_are_compared(self):
        said = lambda word: [Reply(c, 0, [], [], [f"{word} {i}"], []) for c in range(30) for i in range(20)]
        of = lambda word: [{"bubbles": [f"{word} {i}"], "conversation": i % 8} for i in range(32)]
        parts = Parts.__new__(Parts)
        parts.count, parts.seed = 32, 0
        parts.pools = {True: said("mine"), False: said("theirs")}
        parts.replies = {source: of(source) for source in ("real", "run", "served", "base")}
        anchors = parts.twoSample()["anchors"]
        self.assertGreater(anchors["otherPerson"]["value"], 0.9)
        self.assertLess(anchors["self"]["value"], 0.8)


class SizesInTime(unittest.TestCase):
    def test_a_faster_machine_answers_more_and_never_more_than_there_is(self):
        slow, fast = (sizes.within(60, 1000, 32, 1.0 / speed, 0.001 / speed, 1024) for speed in (1, 10))
        self.assertTrue(32 <= slow.replies < fast.replies < 1000)
        self.assertLess(slow.training_rows, fast.training_rows)
        self.assertEqual(sizes.within(1e6, 50, 32, 0.1, 0.001, 1024).replies, 50)
        self.assertEqual(sizes.within(1, 1000, 32, 10, 1, 1024).replies, 32)


if __name__ == "__main__":
    unittest.main()

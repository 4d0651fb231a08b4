"""The trainer as a program: what it says, saves and resumes.

    .venv/bin/python -m unittest discover -s test/python -p test_finetune.py
"""

import json
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch

import tiny
from trained_model import add_lora

FINETUNE = tiny.PROJECT / "scripts/finetune.py"
COMMON = ["--base", "scratch:2x2x32", "--precision", "fp32", "--context-length", "64", "--tokens-per-step", "128", "--no-export"]


class Finetune(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "shards").mkdir()
        tiny.write_shards(self.folder / "shards", tiny.random_conversations(0, 40))

    def start(self, run, *options):
        command = [sys.executable, FINETUNE, "--shards", self.folder / "shards", "--run", self.folder / run, *COMMON, *options]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run_to_end(self, run, *options):
        process = self.start(run, *options)
        out, err = process.communicate()
        return process.returncode, [json.loads(line) for line in out.splitlines()], err

    def losses(self, events):
        return [event["loss"] for event in events if event["type"] == "step"]

    def test_it_learns_and_says_so_in_events(self):
        code, events, err = self.run_to_end("a", "--steps", "12", "--evaluate-every", "4")
        self.assertEqual(code, 0, err)
        evaluations = [event["loss"] for event in events if event["type"] == "evaluation"]
        self.assertEqual([event["type"] for event in events][:2], ["phase", "plan"])
        self.assertEqual(len(evaluations), 4)
        self.assertLess(min(evaluations), evaluations[0])
        self.assertEqual(events[-1]["type"], "finished")
        self.assertFalse(events[-1]["stopped"])

    def test_a_run_stopped_and_resumed_has_the_losses_of_one_that_was_not(self):
        _, whole, _ = self.run_to_end("whole", "--steps", "8")
        process = self.start("cut", "--steps", "8")
        seen = []
        for line in process.stdout:
            seen.append(json.loads(line))
            if seen[-1]["type"] == "step" and seen[-1]["step"] == 3:
                process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        process.stderr.close(), process.stdin.close(), process.stdout.close()
        _, rest, err = self.run_to_end("cut", "--steps", "8", "--resume", "--attempt", "2")

        self.assertTrue(seen[-1]["stopped"])
        self.assertEqual(self.losses(seen) + self.losses(rest), self.losses(whole), err)

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

    def test_shards_without_a_word_of_the_persona_are_refused(self):
        nobody = [[[(5, 3), (6, 2)]]] * 30
        tiny.write_shards(self.folder / "shards", nobody)
        code, events, _ = self.run_to_end("empty")
        self.assertEqual((code, events[-1]["type"]), (1, "failed"))
        self.assertIn("no word of the persona", events[-1]["reason"])

    def test_a_shard_changed_by_hand_is_noticed(self):
        file = self.folder / "shards/train.bin"
        file.write_bytes(b"\x01\x00" + file.read_bytes()[2:])
        _, events, _ = self.run_to_end("changed")
        self.assertIn("train.bin is not the file", events[-1]["reason"])

    def test_an_unknown_base_without_a_network_has_two_ways_out(self):
        command = [sys.executable, tiny.PROJECT / "scripts/base_model.py", "nobody/nothing"]
        offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(self.folder), "PATH": ""}
        result = subprocess.run(command, capture_output=True, text=True, env=offline)
        event = json.loads(result.stdout)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot be reached", event["reason"])
        self.assertRegex(event["fix"], r"--base.*scratch:")


class Lora(unittest.TestCase):
    def test_merging_adapters_leaves_the_logits_as_they_were(self):
        for make in (tiny.gpt2, tiny.llama):
            model = add_lora(make(), rank=4, alpha=8, dropout=0.0)
            torch.manual_seed(1)
            for name, parameter in model.named_parameters():
                if "lora_B" in name:
                    torch.nn.init.normal_(parameter, std=0.1)
            ids = torch.randint(0, tiny.VOCABULARY, (1, 20))
            with torch.no_grad():
                before = model(ids).logits
                after = model.merge_and_unload()(ids).logits
                plain = make()(ids).logits
            torch.testing.assert_close(after, before, atol=1e-5, rtol=1e-5)
            self.assertGreater((plain - before).abs().max().item(), 1e-3)

"""Weights shared out over two processes give the run of one.

    .venv/bin/python -m unittest discover -s test/python -p test_sharding.py

One pair of processes makes all runs with sharded weights: under torchrun this file trains, and the tests compare.
"""

import json
import os
import subprocess
import sys
import tempfile
import types
import unittest
import unittest.mock
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

import tiny
from trainer import leak_check
from trainer.distributed import Team
from trainer.events import Problem
from trainer.options import parse
from trainer.sharding import check_team
from trainer.step import Step, StepMaker
from trainer.trained_model import decide_compile

# Five rows a step, two at once: one process has a micro-batch less. The gradients' norm is above the clip.
SHORT = ("--steps", "4", "--evaluate-every", "2", "--evaluation-rows", "7", "--tokens-per-step", "320", "--clip", "0.05")
STILL = (*SHORT, "--dropout", "0", "--lora-dropout", "0", "--gguf", "none")
NOISY = (*SHORT, "--dropout", "0.2", "--ema-decay", "0.9")
AGAIN = ("--resume", "--attempt", "2")
LLAMA = ("--base", "llama")
KINDS = {
    "gpt2": ("--ema-decay", "0.5"),
    "rotary": (*LLAMA, "--gradient-checkpointing", "on"),
    "adapters": (*LLAMA, "--lora", "--lora-rank", "2"),
    "bf16": ("--precision", "bf16", "--gradient-checkpointing", "on"),
    "bf16-adapters": (*LLAMA, "--precision", "bf16", "--lora", "--lora-rank", "2"),
}
LOOKS = (14,)
WRONG = {"back-to-start": 2, "back-to-checkpoint": 4}
# A whole model wants 2.3 MB with one row at once and checkpointing, a half of it 1.8 MB.
DEEP = ("--base", "scratch:6x2x32", "--micro-batch", "1", "--optimizer", "adamw")
SMALL_GPU_GB = "0.0021"


def train(folder, run, *words, **options):
    return tiny.train(folder, run, *(folder / word if word == "llama" else word for word in words), **options)


def fail_at(wrong):
    """Makes the n-th step one that is not a number."""

    def tamper(finetune):
        made = 0

        class Maker(StepMaker):
            def make(self, *inputs):
                nonlocal made
                made += 1
                step = super().make(*inputs)
                return Step(float("nan"), step.norm, step.tokens, step.slots) if made == wrong else step

        finetune.StepMaker = Maker

    return tamper


def let_documents_see_each_other(finetune):
    """Makes one document of all, for as long as the check at the start takes."""
    check, with_attention = finetune.check_documents_are_apart, leak_check.with_attention

    def as_one(batch, *words):
        return with_attention({**batch, "documents": torch.zeros_like(batch["documents"])}, *words)

    def check_leaky(*inputs):
        with unittest.mock.patch.object(leak_check, "with_attention", as_one):
            check(*inputs)

    finetune.check_documents_are_apart = check_leaky


def train_together(folder):
    """What each of the two processes does; the first writes down the events of every run."""
    from trainer import loss

    loss.CHUNK = 7  # Several in each micro-batch.
    seen, team = {}, Team()

    def together(run, *words, name=None, fsdp="on", **options):
        seen[name or run] = train(folder, run, "--fsdp", fsdp, *words, team=team, **options)

    for kind, words in KINDS.items():
        together(kind, *STILL, *words, exported=True)
    together("whole", *NOISY)
    for look in LOOKS:
        # The signal reaches one of them only.
        together(f"cut-{look}", *NOISY, stop_at_look=None if team.is_first else look)
        together(f"cut-{look}", *NOISY, *AGAIN, name=f"rest-{look}")
    together("cut-for-one", *STILL, stop_at_look=14)
    together("cut-for-two", *STILL, *AGAIN)
    for run, step in WRONG.items():
        together(run, *STILL, tamper=fail_at(step))
    try:
        together("leaky", *STILL, tamper=let_documents_see_each_other)
    except Problem as problem:
        seen["leaky"] = str(problem)
    together("small-gpu", *STILL, *DEEP, "--memory-limit-gb", SMALL_GPU_GB, fsdp="auto")
    if team.is_first:
        (folder / "seen.json").write_text(json.dumps(seen))
    team.leave()


class Sharded(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        (cls.folder / "alone").mkdir()
        for shards in (cls.folder / "shards", cls.folder / "alone/shards"):
            shards.mkdir()
            tiny.write_shards(shards, tiny.random_conversations(0, 40))
        for base in (cls.folder / "llama", cls.folder / "alone/llama"):
            tiny.llama().save_pretrained(base)
        cls.first_part = train(cls.folder, "cut-for-two", *STILL, stop_at_look=14)
        torchrun = (sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone", "--", __file__)
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run([*torchrun, cls.folder], env=environment, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr[-5000:])
        cls.seen = json.loads((cls.folder / "seen.json").read_text())

    def alone(self, run, *words, **options):
        return train(self.folder / "alone", run, *words, **options)

    def check_losses(self, found, expected, delta=1e-4):
        found, expected = tiny.losses(found), tiny.losses(expected)
        self.assertEqual(len(found), len(expected))
        for one, two in zip(found, expected):
            self.assertEqual(one.keys(), two.keys())
            for name in one.keys() - {"type"}:
                self.assertAlmostEqual(one[name], two[name], delta=delta, msg=f"{name} of {two}")

    def test_losses_checkpoints_and_exported_logits_are_those_of_one_process(self):
        for kind, words in KINDS.items():
            with self.subTest(kind):
                delta = 5e-3 if "bf16" in kind else 1e-4
                events = self.alone(kind, *STILL, *words, exported=True)
                self.check_losses(self.seen[kind], events, delta)
                self.assertGreater(min(event["gradientNorm"] for event in events if event["type"] == "step"), 0.05)
                for file in (self.folder / "alone" / kind / "attempt-1/checkpoints/step-4").glob("*.safetensors"):
                    expected, found = (load_file(each) for each in (file, self.folder / file.relative_to(self.folder / "alone")))
                    self.assertEqual(found.keys(), expected.keys())
                    for name in expected.keys():
                        torch.testing.assert_close(found[name], expected[name], atol=delta, rtol=0, msg=name)
                one, two = (self.exported_logits(each, kind) for each in (self.folder / "alone", self.folder))
                torch.testing.assert_close(one, two, atol=delta, rtol=0)

    def exported_logits(self, folder, run):
        model = AutoModelForCausalLM.from_pretrained(folder / run / "attempt-1/model", use_safetensors=True).eval()
        return tiny.logits_of(model, torch.arange(1, 60))

    def test_the_plan_says_that_weights_are_shared_out_and_that_a_process_needs_less(self):
        whole = self.alone("plan", *STILL)
        found, expected = (next(event for event in events if event["type"] == "plan") for events in (self.seen["gpt2"], whole))
        self.assertEqual((found["fsdp"], found["processes"], expected["fsdp"]), (True, 2, False))
        self.assertEqual(found["parameters"], expected["parameters"])
        for part in ("weights", "optimizer"):
            self.assertEqual(found["memoryParts"][part], expected["memoryParts"][part] / 2)

    def test_auto_shares_them_out_where_a_whole_model_does_not_fit(self):
        self.assertTrue(self.seen["small-gpu"][1]["fsdp"])
        self.check_losses(self.seen["small-gpu"], self.alone("deep", *STILL, *DEEP))

    def test_a_run_stopped_by_a_signal_to_one_process_and_resumed_has_bit_for_bit_the_losses_of_one_that_was_not(self):
        weights = {run: self.last_weights(run, attempt) for run, attempt in self.ends()}
        stops = 0
        for look in LOOKS:
            first, rest = self.seen[f"cut-{look}"], self.seen[f"rest-{look}"]
            stops += first[-1]["stopped"]
            self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(self.seen["whole"]), f"stopped at look {look}")
            self.assertEqual(weights[f"cut-{look}"], weights["whole"])
        self.assertEqual(stops, len(LOOKS))

    def ends(self):
        return [("whole", 1), *((f"cut-{look}", 2) for look in LOOKS)]

    def last_weights(self, run, attempt):
        folder = self.folder / run / f"attempt-{attempt}/checkpoints/step-4"
        files = [load_file(folder / f"{name}.safetensors") for name in ("weights", "optimizer", "average")]
        return [{name: value.tolist() for name, value in file.items()} for file in files]

    def test_one_process_goes_on_from_a_sharded_run_and_two_from_a_whole_one(self):
        whole = self.alone("both-ways", *STILL)
        rest = train(self.folder, "cut-for-one", *STILL, *AGAIN)
        self.check_losses(self.seen["cut-for-one"] + rest, whole)
        self.check_losses(self.first_part + self.seen["cut-for-two"], whole)
        for first in (self.seen["cut-for-one"], self.first_part):
            self.assertTrue(first[-1]["stopped"])
            self.assertIn("step", [event["type"] for event in first])

    def test_the_check_at_the_start_finds_packed_documents_that_see_each_other(self):
        self.assertIn("see each other", self.seen["leaky"])

    def test_a_step_that_is_not_a_number_goes_back_as_in_one_process(self):
        for run, step in WRONG.items():
            self.assertIn("warning", [event["type"] for event in self.seen[run]])
            self.check_losses(self.seen[run], self.alone(run, *STILL, tamper=fail_at(step)))


class Refused(unittest.TestCase):
    def test_one_process_has_nobody_to_share_with(self):
        with self.assertRaisesRegex(Problem, "this is one") as caught:
            check_team(self.parse("--fsdp", "on"), types.SimpleNamespace(size=1))
        self.assertIn("--gpus", caught.exception.fix)

    def test_8_bit_moments_cannot_be_shared_out(self):
        with self.assertRaisesRegex(Problem, "8-bit"):
            self.parse("--fsdp", "on", "--optimizer", "adamw-8bit")

    def test_what_is_shared_out_is_not_compiled(self):
        self.assertFalse(decide_compile("auto", "cuda", None, 1024, fsdp=True))
        with self.assertRaisesRegex(Problem, "not compiled"):
            decide_compile("on", "cuda", None, 1024, fsdp=True)

    def parse(self, *words):
        return parse("", ["--shards", "s", "--run", "r", "--base", "gpt2", *words])


if __name__ == "__main__":
    train_together(Path(sys.argv[1]))

"""Compiled blocks give the losses of plain ones, from code that is made once for training and once for measuring.

    .venv/bin/python -m unittest discover -s test/python -p test_compile.py
"""

import os
import tempfile
import types
import unittest
import unittest.mock
from pathlib import Path

import torch
import torch._dynamo
import torch._inductor.config

import tiny
from trainer.events import Problem
from trainer.trained_model import decide_compile, missing_to_compile

# Three rows a step, two at once, and five to measure on: neither comes out even.
UNEVEN = ("--steps", "4", "--tokens-per-step", "192", "--evaluate-every", "2", "--evaluation-rows", "5")


@unittest.skipIf(missing_to_compile("cpu"), "needs a C++ compiler and Python's headers")
class Compile(tiny.WithShards):
    always = UNEVEN

    def setUp(self):
        super().setUp()
        torch._dynamo.reset()
        self.allow_versions(2)

    def allow_versions(self, count):
        """Compiling a piece of code more often than this is an error: one version to train and one to measure."""
        self.enterContext(torch._dynamo.config.patch(recompile_limit=count, fail_on_recompile_limit_hit=True))

    def check_losses(self, *words):
        plain, compiled = (tiny.losses(self.train(f"compile-{how}", *words, "--compile", how)) for how in ("off", "on"))
        self.assertGreater(len(plain), 6)
        for a, b in zip(plain, compiled, strict=True):
            self.assertEqual(a.keys(), b.keys())
            for name in a.keys() - {"type"}:
                self.assertAlmostEqual(a[name], b[name], delta=1e-4, msg=f"{name} of {a['type']} {a['step']}")
        self.assertGreater(torch._dynamo.utils.counters["stats"]["unique_graphs"], 0)

    def test_all_weights_of_a_gpt2(self):
        self.check_losses("--dropout", "0")

    def test_adapters_on_a_llama(self):
        self.allow_versions(3)  # What enters the first block needs no gradient.
        tiny.llama().save_pretrained(self.folder / "base")
        self.check_losses("--base", self.folder / "base", "--lora", "--lora-rank", "2", "--lora-dropout", "0")

    def test_a_compiled_run_that_is_stopped_and_resumed_has_the_losses_of_one_that_was_not(self):
        words = ("--compile", "on", "--dropout", "0.2")
        whole = self.train("whole", *words)
        first = self.train("cut", *words, stop_at_look=9)
        self.assertTrue(first[-1]["stopped"])
        rest = self.train("cut", *words, "--resume", "--attempt", "2")
        self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(whole))


class WithoutCompiler(tiny.WithShards):
    always = UNEVEN

    def test_it_is_said_before_anything_is_trained(self):
        self.enterContext(torch._inductor.config.patch({"cpp.cxx": "/nowhere/g++"}))
        with self.assertRaisesRegex(Problem, "needs a C\\+\\+ compiler") as caught:
            self.train("run", "--compile", "on")
        self.assertIn("leave out --compile", caught.exception.fix)


class OnACard(unittest.TestCase):
    """What `--compile` decides there; only looking for what it needs is done here."""

    LONG = types.SimpleNamespace(steps=10_000, rows_per_step=32)
    SHORT = types.SimpleNamespace(steps=10, rows_per_step=32)

    def setUp(self):
        self.warnings = []
        self.enterContext(unittest.mock.patch("trainer.trained_model.has_triton", lambda: True))
        self.enterContext(unittest.mock.patch.dict(os.environ, {"CC": "/usr/bin/cc"}))
        self.include = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(unittest.mock.patch("sysconfig.get_path", lambda _: self.include))
        (self.include / "Python.h").touch()

    def decide(self, asked, schedule=LONG):
        return decide_compile(asked, "cuda", schedule, 1024, warn=self.warnings.append)

    def test_a_long_run_is_compiled_where_all_is_there(self):
        self.assertEqual([self.decide(*how) for how in (("auto",), ("auto", self.SHORT), ("on", self.SHORT))], [True, False, True])
        self.assertEqual(self.warnings, [])

    def test_without_something_that_it_needs_a_run_is_not_compiled_and_says_why(self):
        for lose, name in (self.lose_triton, "Triton"), (self.lose_compiler, "a C compiler"), (self.lose_headers, "Python's headers"):
            with self.subTest(name), lose():
                self.warnings.clear()
                self.assertFalse(self.decide("auto"))
                [warning] = self.warnings
                self.assertIn(f"this machine lacks {name} (", warning)
                self.assertFalse(self.decide("auto", self.SHORT))
                self.assertEqual(len(self.warnings), 1)
                with self.assertRaisesRegex(Problem, f"needs {name}") as caught:
                    self.decide("on")
                self.assertRegex(caught.exception.fix, "[Ii]nstall.*leave out --compile")

    def lose_triton(self):
        return unittest.mock.patch("trainer.trained_model.has_triton", lambda: False)

    def lose_compiler(self):
        return unittest.mock.patch.dict(os.environ, {"CC": "", "PATH": ""})

    def lose_headers(self):
        return unittest.mock.patch("sysconfig.get_path", lambda _: Path("/nowhere"))

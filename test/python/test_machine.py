"""The device and the precision that a run gets.

    .venv/bin/python -m unittest discover -s test/python -p test_machine.py
"""

import os
import types
import unittest
import unittest.mock

import torch

import tiny  # Finds the trainer's modules
from trainer.events import Problem
from trainer.machine import Machine, choose_device, choose_precision, cpu_speeds


class Precision(unittest.TestCase):
    def test_a_gpu_that_only_emulates_bf16_computes_in_fp32(self):
        with gpu(7):
            self.assertEqual((Machine().device, Machine().precision), ("cuda", "fp32"))
        with gpu(8):
            self.assertEqual(Machine().precision, "bf16")


    def test_a_processor_computes_in_what_it_was_measured_to_be_clearly_faster_in(self):
        for bf16, chosen in ((1.0, "fp32"), (1.1, "fp32"), (0.5, "fp32"), (1.5, "bf16")):
            with unittest.mock.patch("trainer.machine.cpu_speeds", lambda: {"fp32": 1.0, "bf16": bf16}):
                self.assertEqual(choose_precision("cpu"), chosen)

    def test_the_measurement_is_of_both_and_short(self):
        speeds = cpu_speeds(0.01, 64)
        self.assertEqual(set(speeds), {"fp32", "bf16"})
        self.assertTrue(all(0 < speed < float("inf") for speed in speeds.values()))


class Device(unittest.TestCase):
    def choose(self, named, cuda="13.0"):
        self.enterContext(unittest.mock.patch.dict(os.environ, {"CUDA_VISIBLE_DEVICES": named}))
        self.enterContext(unittest.mock.patch.multiple(torch.version, cuda=cuda, hip=None))
        self.enterContext(unittest.mock.patch("torch.cuda.is_available", lambda: False))
        return choose_device()

    def test_the_processor_stands_in_for_no_gpu_that_was_named(self):
        for named in ("0", "GPU-5c", "1,2"):
            with self.assertRaisesRegex(Problem, f"^The GPU is lost: .*{named}") as caught:
                self.choose(named)
            self.assertIn("persona runs resume", caught.exception.fix)
        with self.assertRaisesRegex(Problem, "built for CPUs only") as caught:
            self.choose("0", cuda=None)
        self.assertIn("requirements.txt", caught.exception.fix)

    def test_it_is_used_where_none_was(self):
        self.assertEqual([self.choose(named) for named in ("", "-1")], ["cpu", "cpu"])


def gpu(generation):
    """As if there were a GPU of this generation: 8 is the first that computes in bf16, 7 emulates it."""
    found = types.SimpleNamespace(major=generation)
    fake = {"is_available": lambda: True, "current_device": lambda: 0, "get_device_properties": lambda _: found}
    return unittest.mock.patch.multiple(torch.cuda, _check_bf16_tensor_supported=lambda _: True, **fake)


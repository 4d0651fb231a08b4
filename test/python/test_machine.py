"""The device and the precision that a run gets.

    .venv/bin/python -m unittest discover -s test/python -p test_machine.py
"""

import types
import unittest
import unittest.mock

import torch

import tiny  # noqa: F401, finds the trainer's modules
from machine import Machine


class Precision(unittest.TestCase):
    def test_a_card_that_only_emulates_bf16_computes_in_fp32(self):
        with card(7):
            self.assertEqual((Machine().device, Machine().precision), ("cuda", "fp32"))
        with card(8):
            self.assertEqual(Machine().precision, "bf16")


def card(generation):
    """As if there were a card of this generation: 8 is the first that computes in bf16, 7 emulates it."""
    found = types.SimpleNamespace(major=generation)
    fake = {"is_available": lambda: True, "current_device": lambda: 0, "get_device_properties": lambda _: found}
    return unittest.mock.patch.multiple(torch.cuda, _check_bf16_tensor_supported=lambda _: True, **fake)


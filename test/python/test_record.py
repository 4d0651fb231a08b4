"""What a run is said to have taken.

    .venv/bin/python -m unittest discover -s test/python -p test_record.py
"""

import types
import unittest

import numpy as np
from torch.utils.flop_counter import FlopCounterMode

import tiny
from trainer.attention import use_attention, with_attention
from trainer.loss import backward
from trainer.machine import Machine
from trainer.memory import layers_with_gradients
from trainer.packing import collate
from trainer.record import Meter, flops_of
from trainer.trained_model import add_lora, train_last

FP32 = Machine("fp32")
LENGTH = 64


class Operations(unittest.TestCase):
    """The formula against every operation that PyTorch counts in a forward and a backward pass."""

    def check(self, model, targets, delta=0.05):
        attention = use_attention(model, "dense", FP32)
        model.set_attn_implementation("eager")  # Its products are counted, those of fused attention on a CPU are not.
        ids = np.random.default_rng(0).integers(0, tiny.VOCABULARY, LENGTH)
        weights = np.zeros(LENGTH)
        weights[1 : targets + 1] = 1.0
        batch = with_attention(collate([[(ids, weights)]]), attention)
        with FlopCounterMode(display=False) as counter:
            backward(model.train(), batch, float(targets))
        # The plain code works out the half of attention that the mask then takes away.
        passes = model.config.num_hidden_layers + 2 * layers_with_gradients(model)
        masked = passes * 2 * model.config.hidden_size * LENGTH * LENGTH
        said = flops_of(model, {"tokens": LENGTH, "targets": targets}, LENGTH) + masked
        self.assertAlmostEqual(said / counter.get_total_flops(), 1, delta=delta)

    def test_all_weights_of_every_family(self):
        for make in tiny.FAMILIES:
            for targets in (8, LENGTH - 1):
                with self.subTest(make.__name__, targets=targets):
                    self.check(make(), targets)

    def test_adapters_on_frozen_weights(self):
        # Nothing goes backward below the first adapter, which is a part of two layers only.
        self.check(add_lora(tiny.llama(), 2, 4, 0.0), LENGTH - 1, delta=0.1)

    def test_the_last_layer_alone(self):
        self.check(train_last(tiny.gpt2(), 1), LENGTH - 1)


class TimeLeft(unittest.TestCase):
    def meter(self, *seconds):
        meter = Meter("cpu", 1, {})
        for one in seconds:
            meter.count(types.SimpleNamespace(tokens=1, slots=1), targets=1, seconds=one)
        return meter

    def test_follows_the_pace_of_the_latest_steps(self):
        self.assertEqual(self.meter(2.0).seconds_left(steps=10, evaluations=0), 20)
        self.assertEqual(self.meter(*[90.0] * 5, *[1.0] * 50).seconds_left(steps=10, evaluations=0), 10)

    def test_counts_the_evaluations_that_are_still_to_come(self):
        meter = self.meter(1.0)
        meter.evaluation_seconds = 7.0
        self.assertEqual(meter.seconds_left(steps=0, evaluations=3), 21)


class Utilization(unittest.TestCase):
    def summary(self, processes):
        meter = Meter("cpu", processes, {})
        meter.count(types.SimpleNamespace(tokens=100, slots=128), targets=40, seconds=2.0)
        data = types.SimpleNamespace(windows=[range(50), range(30)])
        return meter.summary(tiny.gpt2(), data, FP32, price_per_hour=3.6, given_tflops=0.001)

    def test_is_a_share_of_what_all_gpus_could_do(self):
        alone, together = self.summary(1), self.summary(4)
        operations = flops_of(tiny.gpt2(), {"tokens": 100, "targets": 40}, (50 * 50 + 30 * 30) / 80)
        self.assertAlmostEqual(alone["modelFlopsUtilization"], operations / 2.0 / 1e9)
        self.assertAlmostEqual(together["modelFlopsUtilization"], alone["modelFlopsUtilization"] / 4)
        self.assertEqual((alone["tokensPerSecond"], alone["usefulTokensPerSecond"]), (64, 50))

"""One optimiser step, whatever the micro-batch.

    .venv/bin/python -m unittest discover -s test/python -p test_step.py
"""

import types
import unittest
import unittest.mock

import torch

import tiny
from trainer.attention import use_attention
from trainer.distributed import Team
from trainer.events import Problem
from trainer.machine import Machine
from trainer.optimizer import Average, make_optimizer
from trainer.packing import PackedSplit
from trainer.runtime import Runtime
from trainer.step import StepMaker

MACHINE = Machine("fp32")


class Steps(tiny.WithShards):
    conversations = tiny.random_conversations(2, 40)

    def setUp(self):
        super().setUp()
        self.data = PackedSplit(self.shards().train, 64, {1: 1.0, 3: 0.1})
        self.warnings = []

    def maker(self, micro_batch, dropout=0.0, attention="sdpa", one_shape=False):
        model = tiny.gpt2(dropout=dropout)
        runtime = Runtime(MACHINE, Team(), use_attention(model, attention, MACHINE), types.SimpleNamespace(requested=False))
        optimizer = make_optimizer("adamw", list(model.parameters()), 1e-3, 0.01)
        return StepMaker(model, self.data, optimizer, runtime, micro_batch, seed=1, clip=1.0, one_shape=one_shape)

    def make(self, maker, number=0):
        return maker.make(number, range(4), 1e-3, self.warnings.append)

    def test_accumulating_gives_the_step_of_all_rows_at_once(self):
        at_once, one_by_one = self.maker(4), self.maker(1)
        for number in range(3):
            a, b = self.make(at_once, number), self.make(one_by_one, number)
            self.assertAlmostEqual(a.loss, b.loss, delta=1e-5)
            self.assertAlmostEqual(a.norm, b.norm, delta=1e-4)
        self.assertEqual(a.tokens, self.data.tokens_in(range(4)))

    def test_blank_rows_and_tokens_that_fill_up_one_shape_change_nothing(self):
        for attention in ("sdpa", "dense"):
            filled, plain = self.maker(3, attention=attention, one_shape=True), self.maker(3, attention=attention)
            for number in range(2):
                a, b = self.make(filled, number), self.make(plain, number)
                self.assertAlmostEqual(a.loss, b.loss, delta=1e-5)
                self.assertAlmostEqual(a.norm, b.norm, delta=1e-4)
                self.assertEqual(a.tokens, b.tokens)
            self.assertEqual(a.slots, 2 * 3 * 64)
            self.assertLess(b.slots, a.slots)

    def test_out_of_memory_halves_the_rows_at_once_and_repeats_the_same_step(self):
        limited, free = self.maker(4), self.maker(1)
        limit_rows(limited.model, 1)
        a, b = self.make(limited), self.make(free)
        self.assertEqual(limited.micro_batch, 1)
        self.assertEqual([w.split(":")[0] for w in self.warnings], ["Out of memory"] * 2)
        self.assertEqual((a.loss, a.norm), (b.loss, b.norm))
        for x, y in zip(limited.model.parameters(), free.model.parameters()):
            torch.testing.assert_close(x, y, atol=0, rtol=0)

    def test_a_row_that_does_not_fit_by_itself_is_a_problem_with_advice(self):
        maker = self.maker(2)
        limit_rows(maker.model, 0)
        with self.assertRaisesRegex(Problem, "Even one row"):
            self.make(maker)

    def test_memory_that_runs_out_once_weights_change_is_a_problem_and_no_step_is_taken_twice(self):
        for owner_of, name in ((lambda maker: maker.optimizer, "step"), (lambda maker: maker.runtime.team, "add_gradients")):
            maker = self.maker(2)
            owner, calls = owner_of(maker), []

            def run_out(*_, calls=calls):
                calls.append(1)
                raise torch.OutOfMemoryError("out of memory")

            with self.subTest(name), unittest.mock.patch.object(owner, name, run_out):
                with self.assertRaisesRegex(Problem, "cannot be repeated") as caught:
                    self.make(maker)
                self.assertIn("--micro-batch", caught.exception.fix)
                self.assertEqual((len(calls), maker.micro_batch, self.warnings), (1, 2, []))

    def test_other_errors_are_not_taken_for_a_lack_of_memory(self):
        maker = self.maker(2)
        maker.model.transformer.register_forward_pre_hook(fail_with(RuntimeError("a bug")), with_kwargs=True)
        with self.assertRaisesRegex(RuntimeError, "a bug"):
            self.make(maker)

    def test_a_stop_between_micro_batches_drops_the_step_and_leaves_no_trace(self):
        stopped, undisturbed = self.maker(1, dropout=0.1), self.maker(1, dropout=0.1)
        hook = stopped.model.transformer.register_forward_hook(lambda *_: setattr(stopped.runtime.stop, "requested", True))
        self.assertIsNone(self.make(stopped))
        hook.remove()
        stopped.runtime.stop.requested = False
        self.assertTrue(all(p.grad is None for p in stopped.model.parameters()))
        a, b = self.make(stopped), self.make(undisturbed)
        self.assertEqual((a.loss, a.norm), (b.loss, b.norm))

    def test_dropout_follows_from_seed_and_step_alone(self):
        one, other = self.maker(2, dropout=0.2), self.maker(2, dropout=0.2)
        torch.manual_seed(1)
        a = self.make(one, number=5)
        torch.manual_seed(2)
        self.assertEqual(a.loss, self.make(other, number=5).loss)
        self.assertNotEqual(a.loss, self.make(self.maker(2, dropout=0.2), number=6).loss)


class Averaging(unittest.TestCase):
    def test_the_average_is_used_inside_and_the_weights_come_back(self):
        model = tiny.gpt2()
        average = Average(model.named_parameters(), 0.5)
        before = model.transformer.ln_f.weight.clone()
        with torch.no_grad():
            model.transformer.ln_f.weight.add_(1.0)
        average.update(step=100)
        after = model.transformer.ln_f.weight.clone()
        with average:
            torch.testing.assert_close(model.transformer.ln_f.weight.data, (before + after) / 2)
        torch.testing.assert_close(model.transformer.ln_f.weight.data, after.data, atol=0, rtol=0)


class EightBits(unittest.TestCase):
    def test_moments_take_a_byte_each_and_steps_are_nearly_those_of_fp32(self):
        torch.manual_seed(0)
        start, gradients = torch.randn(64, 128), [torch.randn(64, 128) for _ in range(10)]
        ends = []
        for name in ("adamw", "adamw-8bit"):
            weight = torch.nn.Parameter(start.clone())
            optimizer = make_optimizer(name, [weight], 1e-2, 0.1)
            for gradient in gradients:
                weight.grad = gradient.clone()
                optimizer.step()
            ends.append(weight.detach())
        moments = [optimizer.state[weight][name] for name in ("state1", "state2")]
        self.assertEqual([moment.dtype for moment in moments], [torch.uint8] * 2)
        moved = (ends[0] - start).norm()
        self.assertLess((ends[1] - ends[0]).norm(), 0.1 * moved)

    def test_without_their_package_they_are_refused_with_advice(self):
        missing = unittest.mock.patch("importlib.util.find_spec", return_value=None)
        with missing, self.assertRaisesRegex(Problem, "bitsandbytes"):
            make_optimizer("adamw-8bit", [torch.nn.Parameter(torch.zeros(2))], 1e-3, 0.0)


def limit_rows(model, most):
    """A GPU with room for so many rows."""

    def check(module, words, inputs):
        if len(inputs["input_ids"]) > most:
            raise torch.OutOfMemoryError("out of memory")

    model.transformer.register_forward_pre_hook(check, with_kwargs=True)


def fail_with(error):
    def fail(*_):
        raise error

    return fail

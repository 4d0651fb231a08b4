"""A run that is stopped anywhere and goes on is the run that was left alone.

    .venv/bin/python -m unittest discover -s test/python -p test_resume.py
"""

import json
import shutil
import unittest.mock

import torch
from safetensors.torch import load_file

import tiny
from trainer.checkpoints import load_optimizer, parameters_of
from trainer.events import Problem
from trainer.step import Step

SHORT = ("--steps", "4", "--evaluate-every", "2", "--evaluation-rows", "4")


class Resume(tiny.WithShards):
    def check_every_stop(self, *words, looks=range(1, 40, 4)):
        """Stops a run at one look after another, resumes it, and compares with the run that nobody stopped."""
        whole = self.train("whole", *SHORT, *words)
        stops = 0
        for look in looks:
            first = self.train(f"cut-{look}", *SHORT, *words, stop_at_look=look)
            if not first[-1]["stopped"]:
                break
            stops += 1
            rest = self.train(f"cut-{look}", *SHORT, *words, "--resume", "--attempt", "2")
            self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(whole), f"stopped at look {look}")
            self.assertEqual(self.last_weights(f"cut-{look}", 2), self.last_weights("whole", 1))
            self.assertEqual(words_of(rest), words_of(whole))
        self.assertGreater(stops, 1)

    def last_weights(self, run, attempt):
        weights = load_file(self.folder / run / f"attempt-{attempt}/checkpoints/step-4/weights.safetensors")
        return {name: value.tolist() for name, value in weights.items()}

    def test_a_run_stopped_anywhere_and_resumed_has_bit_for_bit_the_losses_of_one_that_was_not(self):
        self.check_every_stop("--dropout", "0.2")

    def test_so_have_adapters_with_dropout_and_averaged_weights(self):
        self.check_every_stop("--lora", "--lora-rank", "2", "--lora-dropout", "0.3", "--ema-decay", "0.9", looks=range(7, 30, 8))

    def test_so_has_one_with_8_bit_moments(self):
        self.check_every_stop("--optimizer", "adamw-8bit", "--dropout", "0.2", looks=range(7, 30, 8))
        kept = load_file(self.folder / "whole/attempt-1/checkpoints/step-4/optimizer.safetensors")
        self.assertIn(torch.uint8, {value.dtype for value in kept.values()})

    def test_so_has_one_in_bf16(self):
        self.refuse_what_is_not_deterministic()
        self.check_every_stop("--precision", "bf16", "--dropout", "0.2", looks=range(1, 40, 8))

    def test_so_have_adapters_on_a_base_in_bf16(self):
        self.refuse_what_is_not_deterministic()
        words = ("--precision", "bf16", "--lora", "--lora-rank", "2", "--lora-dropout", "0.3")
        self.check_every_stop(*words, looks=range(7, 30, 8))

    def refuse_what_is_not_deterministic(self):
        """A back end without a deterministic form of what it is asked for raises an error."""
        self.addCleanup(torch.use_deterministic_algorithms, torch.are_deterministic_algorithms_enabled())
        torch.use_deterministic_algorithms(True)

    def test_so_has_a_run_that_is_stopped_again_and_again(self):
        whole = self.train("whole", *SHORT)
        seen, attempt = [], 1
        while not seen or seen[-1]["stopped"]:
            self.assertLess(attempt, 30)
            seen += self.train("often", *SHORT, "--resume", "--attempt", attempt, stop_at_look=9)
            attempt += 1
        self.assertGreater(attempt, 2)
        self.assertEqual(tiny.losses(seen), tiny.losses(whole))

    def test_so_has_a_run_that_waited_at_shares_of_its_steps(self):
        words = ("--steps", "9", "--evaluate-every", "2", "--evaluation-rows", "4")
        whole = self.train("whole", *words)
        seen, ends = [], []
        for attempt, share in enumerate((("--until-share", "0.11"), ("--until-share", "0.34"), ()), 1):
            events = self.train("waiting", *words, *share, "--resume", "--attempt", attempt)
            ends.append(tuple(events[-1][key] for key in ("steps", "stopped", "endedBy")))
            seen += events
        self.assertEqual(ends, [(2, True, "rung"), (4, True, "rung"), (9, False, "steps")])
        self.assertEqual(tiny.losses(seen), tiny.losses(whole))
        self.assertEqual(words_of(events), words_of(whole))
        bits, length = (sum(column) for column in zip(*events[-1]["personaWords"]))
        self.assertAlmostEqual(bits / length, events[-1]["personaBitsPerByte"]["best"], 3)

    def test_one_that_is_past_where_it_is_to_wait_waits_without_a_step(self):
        words = ("--steps", "8", "--evaluate-every", "2")
        self.train("run", *words, "--until-share", "0.5")
        again = self.train("run", *words, "--until-share", "0.25", "--resume", "--attempt", "2")
        self.assertEqual(tiny.losses(again), [])
        self.assertEqual((again[-1]["steps"], again[-1]["endedBy"]), (4, "rung"))

    def test_a_damaged_newest_checkpoint_is_noticed_and_the_one_before_it_used(self):
        words = ("--steps", "4", "--save-every-minutes", "0")
        whole = self.train("run", *words)
        kept = self.folder / "run/attempt-1/checkpoints"
        for damage in (cut_short, lose_progress, change_a_byte):
            shutil.copytree(self.folder / "run", self.folder / damage.__name__)
            damage(self.folder / damage.__name__ / "attempt-1/checkpoints/step-4")
            rest = self.train(damage.__name__, *words, "--resume", "--attempt", "2")
            self.assertEqual([event["step"] for event in rest if event["type"] == "step"], [4], damage.__name__)
            self.assertEqual(tiny.losses(rest)[0], [each for each in tiny.losses(whole) if each["type"] == "step"][-1])
            if damage is not lose_progress:
                warnings = [event["message"] for event in rest if event["type"] == "warning"]
                self.assertIn("step-4 is damaged", warnings[0])
        self.assertTrue(kept.exists())

    def test_a_save_that_was_killed_just_before_it_was_done_counts_for_nothing(self):
        words = ("--steps", "4", "--save-every-minutes", "0")
        whole = self.train("run", *words)
        last = self.folder / "run/attempt-1/checkpoints/step-4"
        last.rename(last.with_name("step-4.4711.tmp"))
        rest = self.train("run", *words, "--resume", "--attempt", "2")
        self.assertEqual(tiny.losses(rest), tiny.losses(whole)[-len(tiny.losses(rest)) :])
        self.assertEqual([event["step"] for event in rest if event["type"] == "step"], [4])

    def test_the_newest_two_checkpoints_and_the_best_stay(self):
        # The rate makes it worse and worse: step 1 stays the best.
        rates = ("--learning-rate", "3e-3", "--schedule", "constant", "--weight-decay", "0")
        events = self.train("run", "--steps", "6", "--save-every-minutes", "0", "--evaluate-every", "1", "--patience", "9", *rates)
        best = events[-1]["bestStep"]
        kept = {path.name for path in (self.folder / "run/attempt-1/checkpoints").iterdir()}
        self.assertEqual(kept, {"step-5", "step-6", f"step-{best}"})

    def test_the_optimiser_of_a_checkpoint_stays_however_much_memory_is_free_later(self):
        words = (*SHORT, "--gradient-checkpointing", "off")
        whole = self.train("whole", *words, "--optimizer", "adamw-8bit")
        first = self.train("cut", *words, stop_at_look=8, tamper=with_free(1))
        rest = self.train("cut", *words, "--resume", "--attempt", "2", tamper=with_free(1e12))
        self.assertTrue(first[-1]["stopped"])
        self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(whole))

    def test_so_does_the_precision_whatever_is_measured_to_be_faster_later(self):
        words = (*SHORT, "--precision", "auto")
        whole = self.train("whole", *words, tamper=with_faster("bf16"))
        first = self.train("cut", *words, stop_at_look=8, tamper=with_faster("bf16"))
        rest = self.train("cut", *words, "--resume", "--attempt", "2", tamper=with_faster("fp32"))
        self.assertTrue(first[-1]["stopped"])
        self.assertEqual({plan["precision"] for _, plan, *_ in (whole, first, rest)}, {"bf16"})
        self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(whole))

    def test_that_of_a_checkpoint_of_an_earlier_version_is_told_by_its_moments(self):
        for kind, free in (("adamw", 1), ("adamw-8bit", 1e12)):
            words = (*SHORT, "--gradient-checkpointing", "off")
            whole = self.train(f"whole-{kind}", *words, "--optimizer", kind)
            first = self.train(kind, *words, "--optimizer", kind, stop_at_look=8)
            [file] = (self.folder / kind).glob("attempt-1/checkpoints/step-*/progress.json")
            file.write_text(json.dumps({name: value for name, value in json.loads(file.read_text()).items() if name != "optimizer"}))
            rest = self.train(kind, *words, "--resume", "--attempt", "2", tamper=with_free(free))
            self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(whole))

    def test_rows_at_once_that_a_smaller_machine_could_not_take_come_back_on_a_larger_one(self):
        attempts = [self.train("run", *SHORT, *words, stop_at_look=8) for words in rows_at_once(4, 1, 8)]
        self.assertIn("checkpoint-saved", [event["type"] for event in attempts[1]])
        self.assertEqual([plan["microBatch"] for _, plan, *_ in attempts], [4, 1, 4])

    def test_those_that_ran_out_of_memory_stay_halved(self):
        first, second = rows_at_once(4, 4)
        self.train("run", *SHORT, *first, tamper=fail_above_two_rows)
        self.assertEqual(self.train("run", *SHORT, *second)[1]["microBatch"], 2)

    def test_another_optimiser_is_refused(self):
        self.train("run", *SHORT, "--optimizer", "adamw-8bit", stop_at_look=8)
        with self.assertRaisesRegex(Problem, "made with --optimizer adamw-8bit, not adamw"):
            self.train("run", *SHORT, "--resume", "--attempt", "2", "--optimizer", "adamw")
        with self.assertRaisesRegex(Problem, "cannot be shared out"):
            self.train("run", *SHORT, "--resume", "--attempt", "3", "--fsdp", "on")

    def test_another_order_of_the_data_is_refused(self):
        self.train("run", *SHORT, stop_at_look=8)
        with self.assertRaisesRegex(Problem, "another seed: 1337, not 7"):
            self.train("run", *SHORT, "--resume", "--attempt", "2", "--seed", "7")
        with self.assertRaisesRegex(Problem, "of another model"):
            self.train("run", *SHORT, "--resume", "--attempt", "3", "--base", "scratch:1x2x32")


class Guard(tiny.WithShards):
    """What happens when a step goes wrong."""

    def train_with_wrong_steps(self, run, wrong, *words):
        """`wrong[n]` is done to the n-th step that is made."""
        made = 0

        def tamper(finetune):
            class Maker(finetune.StepMaker):
                def make(self, *inputs):
                    nonlocal made
                    step = super().make(*inputs)
                    made += 1
                    return wrong[made](step) if made in wrong else step

            finetune.StepMaker = Maker

        return self.train(run, *words, tamper=tamper)

    def test_a_step_that_is_not_a_number_goes_back_to_the_last_checkpoint_with_half_the_rate_once(self):
        words = ("--steps", "4", "--evaluate-every", "2", "--schedule", "constant")
        events = self.train_with_wrong_steps("run", {4: not_a_number}, *words)
        [warning] = [event["message"] for event in events if event["type"] == "warning"]
        self.assertRegex(warning, r"At step 4 the loss became nan.*going on from step 2 with half")
        steps = [(event["step"], event["learningRate"]) for event in events if event["type"] == "step"]
        self.assertEqual(steps, [(1, 1e-3), (2, 1e-3), (3, 1e-3), (3, 5e-4), (4, 5e-4)])

    def test_old_gradients_and_moments_are_gone_before_those_of_the_checkpoint_come(self):
        held = []

        def note(directory, optimizer):
            held.append((len(optimizer.state), [p for p in parameters_of(optimizer) if p.grad is not None]))
            load_optimizer(directory, optimizer)

        with unittest.mock.patch("trainer.checkpoints.load_optimizer", note):
            self.train_with_wrong_steps("run", {4: not_a_number}, "--steps", "4", "--evaluate-every", "2")
        self.assertEqual(held, [(0, [])])

    def test_before_the_first_checkpoint_it_goes_back_to_the_start(self):
        words = ("--steps", "2", "--evaluate-every", "2", "--schedule", "constant")
        events = self.train_with_wrong_steps("run", {2: not_a_number}, *words)
        slow = self.train("slow", *words, "--learning-rate", "5e-4")
        again = [event["loss"] for event in events if event["type"] == "step"][1:]
        self.assertEqual(again, [event["loss"] for event in slow if event["type"] == "step"])

    def test_the_second_time_is_a_problem(self):
        words = ("--steps", "4", "--evaluate-every", "2")
        with self.assertRaisesRegex(Problem, "for the second time"):
            self.train_with_wrong_steps("run", {3: not_a_number, 5: not_a_number}, *words)

    def test_a_jump_of_the_loss_counts_as_wrong(self):
        jump = lambda step: Step(step.loss * 3, step.norm, step.tokens, step.slots)
        events = self.train_with_wrong_steps("run", {23: jump}, "--steps", "24", "--evaluate-every", "12")
        [warning] = [event["message"] for event in events if event["type"] == "warning"]
        self.assertIn("At step 23 the loss jumped", warning)

    def test_a_rate_that_diverges_ends_with_advice(self):
        with self.assertRaisesRegex(Problem, "second time") as caught:
            self.train("run", "--steps", "60", "--learning-rate", "1e30", "--clip", "1e30", "--evaluate-every", "30")
        self.assertIn("--learning-rate", caught.exception.fix)


def words_of(events):
    return [events[-1][name] for name in ("personaBitsPerByte", "othersBitsPerByte", "specificity")]


def rows_at_once(*counts):
    return [("--micro-batch", count, "--resume", "--attempt", attempt) for attempt, count in enumerate(counts, 1)]


def fail_above_two_rows(finetune):
    class Maker(finetune.StepMaker):
        def _accumulate(self, *inputs):
            if self.micro_batch > 2:
                raise torch.OutOfMemoryError("out of memory")
            return super()._accumulate(*inputs)

    finetune.StepMaker = Maker


def with_free(bytes):
    """A machine with so much free memory."""
    return lambda finetune: setattr(finetune, "free_memory", lambda *_: bytes)


def with_faster(kind):
    """A processor that was measured to compute faster in this precision."""
    return lambda finetune: setattr(finetune, "choose_precision", lambda _: kind)


def not_a_number(step):
    return Step(float("nan"), step.norm, step.tokens, step.slots)


def cut_short(checkpoint):
    file = checkpoint / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:-7])


def lose_progress(checkpoint):
    (checkpoint / "progress.json").unlink()


def change_a_byte(checkpoint):
    file = checkpoint / "optimizer.safetensors"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

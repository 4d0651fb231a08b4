"""The trainer's own steps on a model from random weights, and how steps of any kind are timed on a GPU."""

import gc
import itertools
import time
import types

import torch

from invented_data import InventedData
from trainer.attention import use_attention
from trainer.distributed import Team
from trainer.machine import Machine
from trainer.memory import Work, free_memory, peak_memory, plan_memory
from trainer.models import from_scratch
from trainer.optimizer import has_8bit, make_optimizer
from trainer.packing import PackedSplit
from trainer.record import Meter
from trainer.runtime import Runtime
from trainer.shards import NEXT_SPEAKER, PERSONA
from trainer.step import StepMaker
from trainer.trained_model import missing_to_compile, prepare_blocks


class Skipped(Exception):
    """A part that this machine cannot do, and why."""


class Trained:
    """The trainer's own steps on a model from random weights."""

    def __init__(self, size, *, attention="sdpa", compiles=False, dropout=0.0, layers=None, make=from_scratch, **choices):
        self.size, self.machine = size, Machine("bf16")
        forget_peak(self.machine)
        if compiles:
            check_can_compile(self.machine)
        split = InventedData(size, 64 * size.rows * size.context)
        self.data = PackedSplit(split, size.context, {PERSONA: 1.0, NEXT_SPEAKER: 0.1})
        torch.manual_seed(1)
        with torch.device(self.machine.device):
            model = make(layers or size.layers, size.heads, size.width, split, size.context, dropout)
        self.runtime = Runtime(self.machine, Team(), use_attention(model, attention, self.machine), types.SimpleNamespace(requested=False))
        self.plan = plan_of(size, model, self.machine, **choices)
        prepare_blocks(model, self.plan.gradient_checkpointing, compiles)
        one_shape = compiles or attention == "flex"  # Whose kernels are compiled for every other shape.
        self.model = model.train()
        optimizer = make_optimizer(self.plan.optimizer, list(model.parameters()), 3e-5, 0.01)
        self.maker = StepMaker(model, self.data, optimizer, self.runtime, self.plan.micro_batch, seed=1, clip=1.0, one_shape=one_shape)
        self.warnings = []

    def step(self, number):
        first = number * self.size.rows
        rows = [row % len(self.data) for row in range(first, first + self.size.rows)]
        return self.maker.make(number, rows, 3e-5, self.warnings.append), self.data.targets_in(rows)

    def row(self, name, note=""):
        """Warms up, measures, and says how fast it was."""
        (first, _), warm_up_seconds = warm_up(self.step, self.machine)
        meter = Meter(self.machine.device, 1, {})
        for (step, targets), seconds in timed(self.step, self.size.seconds, self.machine):
            meter.count(step, targets, seconds)
        found = meter.summary(self.model, self.data, self.machine, None, None)
        fit = f"{self.maker.micro_batch} rows at once{', checkpointing' if self.plan.gradient_checkpointing else ''}"
        notes = [fit, note, f"warm after {warm_up_seconds:.0f} s", *self.warnings]
        return {
            "name": name,
            "tokensPerSecond": found["usefulTokensPerSecond"],
            "utilization": found["modelFlopsUtilization"],
            "peakBytes": peak_of_gpu(self.machine),
            "planBytes": self.plan.total,
            "model": self.model.config.model_type,
            "firstLoss": first.loss,
            "note": "; ".join(note for note in notes if note),
        }


def check_can_compile(machine):
    if missing := missing_to_compile(machine.device):
        raise Skipped(f"this machine lacks {' and '.join(missing)}")


def plan_of(size, model, machine, **choices):
    work = Work(model, None, size.context, size.rows, machine, free_memory(machine.device, model))
    return plan_memory(work, choices_of(**choices), has_8bit())


def choices_of(**given):
    """Of memory, as the trainer's command line has them."""
    unset = {"gradient_checkpointing": "auto", "optimizer": "adamw", "micro_batch": None, "ema_decay": None, "fsdp": "off"}
    return types.SimpleNamespace(**{**unset, **given})


def warm_up(step, machine):
    """What the first of two steps gives, and the seconds that both take."""
    started = time.monotonic()
    first = step(0)
    step(1)
    machine.wait()
    return first, time.monotonic() - started


def timed(step, seconds, machine):
    """Yields what further steps give and the seconds that each takes, for so many seconds in all."""
    spent = 0.0
    for number in itertools.count(2):
        if spent >= seconds:
            return
        before = time.monotonic()
        given = step(number)
        machine.wait()
        took = time.monotonic() - before
        spent += took
        yield given, took


def peak_of_gpu(machine):
    """None on a CPU, where it would be that of the whole process."""
    return peak_memory("cuda") if machine.device == "cuda" else None


def forget_peak(machine):
    """What an earlier model of this process took is none of the next one's."""
    gc.collect()
    if machine.device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()

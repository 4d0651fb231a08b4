"""How far a run is: what is counted, when it is saved, how it goes on from a checkpoint, how it steps back."""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields

from trainer import checkpoints
from trainer.evaluation import has_gone_wrong
from trainer.events import Problem
from trainer.optimizer import Average
from trainer.record import Meter
from trainer.run_folder import RunFolder
from trainer.sharding import fill
from trainer.step import StepMaker
from trainer.words import bits_per_byte

SPIKE_WINDOW = 20  # steps


@dataclass
class Progress:
    """What a checkpoint keeps besides tensors."""

    order: dict  # what the order of the data follows from
    micro_batch: int
    optimizer: str
    precision: str = ""  # of a run that was begun before it was kept
    step: int = 0
    evaluated_step: int = -1
    best_loss: float = math.inf
    best_step: int = 0
    since_best: int = 0
    first_loss: float | None = None
    first_general_loss: float | None = None
    general_loss: float | None = None
    first_words: list = field(default_factory=list)  # of each held-out conversation; see `Measured`
    best_words: list = field(default_factory=list)
    recent: list = field(default_factory=list)
    rate_factor: float = 1.0
    takes_latest: bool = False  # Whatever its loss: each evaluation is the best so far.
    totals: dict = field(default_factory=dict)

    def note_step(self, loss):
        self.step += 1
        self.recent = [*self.recent, loss][-SPIKE_WINDOW:]

    def note_evaluation(self, measured):
        """Counts towards best and patience; true when it is the best so far."""
        if self.first_loss is None:
            self.first_loss, self.first_general_loss = measured.loss, measured.general_loss
            self.first_words = measured.words
        self.evaluated_step = self.step
        self.general_loss = measured.general_loss
        if self.takes_latest or measured.loss < self.best_loss:
            self.best_loss, self.best_step, self.since_best = measured.loss, self.step, 0
            self.best_words = measured.words
            return True
        self.since_best += 1
        return False

    def forget_best(self):
        """As if none had been better than the base until now; where it stands is measured again."""
        self.best_loss, self.best_step, self.evaluated_step = self.first_loss, 0, -1
        self.best_words = self.first_words

    def bits_per_byte(self, persona):
        """{before, best} of the persona's words or of the others'; None where they were not measured."""
        before, best = (bits_per_byte(words, persona) for words in (self.first_words, self.best_words))
        return None if before is None or best is None else {"before": before, "best": best}

    def become(self, other):
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))


def optimizer_of(saved, arguments):
    """The optimiser to go on with: the checkpoint's, whatever memory is free now, as no other can read its moments."""
    kept = saved["optimizer"]
    if arguments.optimizer not in (None, kept):
        raise Problem(
            f"The run's checkpoint was made with --optimizer {kept}, not {arguments.optimizer}",
            f"Go on with --optimizer {kept}, or start a new run.",
        )
    if arguments.fsdp == "on" and kept == "adamw-8bit":
        raise Problem(
            "The run's checkpoint has 8-bit moments, which cannot be shared out", "Go on without --fsdp on, or start a new run."
        )
    return kept


@dataclass
class Training:
    """The state of a run, on its way between memory and checkpoints."""

    run: RunFolder | None  # None in all processes of a team but the first
    arguments: argparse.Namespace
    maker: StepMaker
    average: Average | None
    progress: Progress
    emit: Callable
    meter: Meter | None = None
    saved_step: int | None = field(default=None, init=False)
    saved_at: float = field(default_factory=time.monotonic, init=False)

    @property
    def model(self):
        return self.maker.model

    @property
    def optimizer(self):
        return self.maker.optimizer

    # ----- saving -----

    def save(self):
        """Saves; the newest two and the best stay."""
        self.saved_step, self.saved_at = self.progress.step, time.monotonic()
        tensors = checkpoints.state_of(self.model, self.optimizer, self.average, keep=self.run is not None)
        if self.run is None:
            return  # Another process of the team writes.
        if self.maker.has_shrunk:  # And not where a smaller machine had it planned smaller.
            self.progress.micro_batch = self.maker.micro_batch
        self.progress.totals = self.meter.read()
        kept = self.run.checkpoints
        directory = kept / f"step-{self.progress.step}"
        checkpoints.save(directory, tensors, asdict(self.progress))
        found = (int(path.name[5:]) for path in kept.glob("step-*") if path.name[5:].isdigit())
        steps = sorted((step for step in found if step <= self.progress.step), reverse=True)  # Later ones were passed over.
        checkpoints.prune(kept, {f"step-{step}" for step in [*steps[:2], self.progress.best_step]})
        if len(steps) > 1:
            checkpoints.forget_earlier_attempts(self.run.run, self.arguments.attempt)
        self.emit("checkpoint-saved", step=self.progress.step, directory=str(directory))

    def save_when_due(self):
        is_due = time.monotonic() - self.saved_at > 60 * self.arguments.save_every_minutes
        if self.maker.runtime.team.any(is_due):
            self.save()

    def save_what_is_not(self):
        if self.saved_step != self.progress.step:
            self.save()

    # ----- going on and stepping back -----

    def resume(self, found):
        """Goes on from the newest whole checkpoint of any attempt, which `found` is."""
        for name in checkpoints.damaged(self.arguments.run):
            self.emit("warning", message=f"The checkpoint {name} is damaged and was passed over.")
        self._restore(*found)
        best = self.progress.best_step
        kept = checkpoints.whole_of(self.arguments.run, best) if best > 0 else None
        if best > 0 and kept is None:
            self.progress.forget_best()
            self.emit("warning", message=f"The best checkpoint, of step {best}, is damaged or gone: the best from here on counts.")
        if self.run and kept:
            checkpoints.adopt(kept, self.run.checkpoints)

    def _restore(self, directory, saved):
        restored = Progress(**{each.name: saved[each.name] for each in fields(Progress) if each.name in saved})
        for name, value in self.progress.order.items():
            if restored.order[name] != value:
                raise Problem(
                    f"The run's checkpoint was made with another {name}: {restored.order[name]}, not {value}",
                    "Resume it with the options it was started with, or start a new run.",
                )
        self.optimizer.zero_grad(set_to_none=True)
        self.optimizer.state = defaultdict(dict)  # Old and new moments side by side would need room that no plan has.
        checkpoints.load_weights(directory, self.model)
        checkpoints.load_optimizer(directory, self.optimizer)
        if self.average:
            checkpoints.load_average(directory, self.average)
        self.progress.become(restored)
        self.maker.micro_batch = min(self.maker.micro_batch, restored.micro_batch)
        self.saved_step = restored.step

    def has_stepped_back(self, step, fresh):
        """Steps back to the last good checkpoint, or to the start, when a step went wrong: once, with half the rate."""
        wrong = has_gone_wrong(step, self.progress.recent)
        if wrong is None:
            return False
        at = self.progress.step + 1
        if self.progress.rate_factor < 1:
            raise Problem(f"At step {at} {wrong}, for the second time", "Try again with a lower --learning-rate.")
        found = checkpoints.newest(self.arguments.run)
        if found:
            self._restore(*found)
        else:
            self._start_again(fresh())
        self.progress.rate_factor = 0.5
        self.emit("warning", message=f"At step {at} {wrong}: going on from step {self.progress.step} with half the learning rate.")
        return True

    def _start_again(self, fresh):
        parameters = dict(fresh.named_parameters())
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                fill(parameter, parameters[name])
        if self.average:
            for name, value in self.average.values.items():
                fill(value, parameters[name])
        self.optimizer.state = defaultdict(dict)
        p = self.progress
        p.step, p.evaluated_step, p.recent, p.since_best = 0, 0, [], 0

"""Steps and evaluations by turns, from wherever a run stands to its end."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from trainer.evaluation import Evaluator
from trainer.events import warning_to
from trainer.memory import peak_memory
from trainer.progress import Training
from trainer.schedule import Schedule
from trainer.words import specificity


@dataclass
class Loop:
    training: Training
    evaluator: Evaluator
    schedule: Schedule
    fresh: Callable  # makes the model as it was before the first step

    def run(self):
        """Goes on until all steps are made or nothing gets better; true when it was asked to stop or to wait before."""
        while True:
            if self._is_evaluation_due() and not self._evaluate():
                return True
            if self.is_through or self.training.progress.since_best > self.training.arguments.patience:
                return False
            if self.is_at_rung or not self._step():
                return True

    @property
    def is_through(self):
        return self.training.progress.step == self.schedule.steps

    @property
    def is_at_rung(self):
        """Where it is to wait, as the runs of a sweep do for each other; everything else is planned for all steps."""
        share, progress = self.training.arguments.until_share, self.training.progress
        is_measured = progress.evaluated_step == progress.step
        return share is not None and is_measured and progress.step >= self.schedule.evaluation_near(share)

    def _is_evaluation_due(self):
        progress = self.training.progress
        is_due = self.is_through or progress.step % self.schedule.evaluate_every == 0
        return is_due and progress.evaluated_step != progress.step

    def _evaluate(self):
        """False when it was asked to stop on the way."""
        training, progress, maker = self.training, self.training.progress, self.training.maker
        started = time.monotonic()
        with training.average or contextlib.nullcontext():
            measured = self.evaluator.measure(training.model, maker.micro_batch, maker.shape)
        if measured is None:
            return False
        training.meter.evaluation_seconds = time.monotonic() - started
        is_best = progress.note_evaluation(measured)
        own = specificity(progress.first_words, measured.words)
        training.emit("evaluation", step=progress.step, isBest=is_best, specificity=own, **measured.event)
        if is_best and progress.step > 0:
            training.save()
        return True

    def _step(self):
        """False when it was asked to stop on the way: the part of a step that was done is dropped."""
        training, progress = self.training, self.training.progress
        started = time.monotonic()
        rows = self.schedule.rows_of(progress.step)
        rate = self.schedule.rate_at(progress.step) * progress.rate_factor
        step = training.maker.make(progress.step, rows, rate, warning_to(training.emit))
        if step is None:
            return False
        if training.has_stepped_back(step, self.fresh):
            return True
        progress.note_step(step.loss)
        if training.average:
            training.average.update(progress.step)
        seconds = time.monotonic() - started
        training.meter.count(step, training.maker.data.targets_in(rows), seconds)
        self._tell(step, rate, seconds)
        training.save_when_due()
        return True

    def _tell(self, step, rate, seconds):
        done, steps = self.training.progress.step, self.schedule.steps
        self.training.emit(
            "step",
            step=done,
            totalSteps=steps,
            loss=step.loss,
            learningRate=rate,
            gradientNorm=step.norm,
            tokens=step.tokens,
            tokensPerSecond=step.tokens / seconds,
            secondsLeft=self.training.meter.seconds_left(steps - done, self.schedule.evaluations_after(done)),
            memoryBytes=peak_memory(self.training.maker.runtime.machine.device),
        )

"""When: the steps of a run, the rows of each step, the learning rate of each step. All follow from the plan and the seed."""

import math
import random
from dataclasses import dataclass, field

import numpy as np
import torch


@dataclass
class Schedule:
    """How a run is cut into optimiser steps. Nothing here changes while it runs, so a resumed run meets the same."""

    steps: int
    rows_per_step: int
    rows: int  # of the data set
    evaluate_every: int
    learning_rate: float
    shape: str  # cosine, constant or wsd
    warmup_share: float
    decay_share: float
    lowest_share: float
    seed: int
    _orders: dict = field(default_factory=dict)

    @property
    def epochs(self):
        return self.steps * self.rows_per_step / self.rows

    def evaluations_after(self, step):
        """How many are still to come once that many steps are done: one each interval, and one at the end."""
        intervals = self.steps // self.evaluate_every - (step - 1) // self.evaluate_every
        return intervals + (self.steps % self.evaluate_every > 0)

    def evaluation_near(self, share):
        """The step of the evaluation that is nearest to a share of all steps, and never the one before the first step."""
        return min(self.steps, self.evaluate_every * max(1, math.floor(share * self.steps / self.evaluate_every + 0.5)))

    def rows_of(self, step):
        """The rows of a step: each epoch is a permutation that follows from the seed."""
        rows = []
        for position in range(step * self.rows_per_step, (step + 1) * self.rows_per_step):
            epoch, index = divmod(position, self.rows)
            if epoch not in self._orders:
                generator = torch.Generator().manual_seed(self.seed + epoch)
                self._orders = {epoch: torch.randperm(self.rows, generator=generator).tolist()}
            rows.append(self._orders[epoch][index])
        return rows

    def rate_at(self, step):
        """Linear warm-up to the peak, then by shape: a cosine to the lowest share, nothing, or a linear end (WSD)."""
        warmup = max(1, round(self.warmup_share * self.steps))
        if step < warmup:
            return self.learning_rate * (step + 1) / warmup
        return self.learning_rate * (self.lowest_share + (1 - self.lowest_share) * self._height(step, warmup))

    def _height(self, step, warmup):
        if self.shape == "constant":
            return 1.0
        if self.shape == "wsd":  # Hu et al. 2024, MiniCPM
            decay = max(1, round(self.decay_share * self.steps))
            return min(1.0, (self.steps - step) / decay)
        progress = (step - warmup) / max(1, self.steps - warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def make_schedule(arguments, rows, context, evaluated_rows):
    """Steps of at most 32,768 tokens, and at least 100 of them, unless it is asked otherwise."""
    total = arguments.epochs * rows
    if arguments.tokens_per_step:
        rows_per_step = max(1, round(arguments.tokens_per_step / context))
    else:
        rows_per_step = max(1, min(32_768 // context, int(total / (arguments.steps or 100))))
    steps = arguments.steps or max(1, math.ceil(total / rows_per_step))
    return Schedule(
        steps=steps,
        rows_per_step=rows_per_step,
        rows=rows,
        evaluate_every=arguments.evaluate_every or evaluation_interval(steps, rows_per_step, evaluated_rows),
        learning_rate=arguments.learning_rate,
        shape=arguments.schedule,
        warmup_share=arguments.warmup_share,
        decay_share=arguments.decay_share,
        lowest_share=arguments.min_learning_rate_share,
        seed=arguments.seed,
    )


def evaluation_interval(steps, rows_per_step, evaluated_rows):
    """Ten times a run, or so seldom that measuring costs a sixth of training, but twice: a step costs three times its forward pass."""
    affordable = math.ceil(evaluated_rows / (3 * rows_per_step) * 6)
    return max(1, min(max(math.ceil(steps / 10), affordable), math.ceil(steps / 2)))


def seed_everything(seed, *place):
    """Starts every generator (Python, NumPy, PyTorch on all devices) at a place that follows from the seed.

    Called before each micro-batch with its step and number: no state of a generator has to be saved for a resumed run
    to draw the same dropout, and a step that is dropped half-way leaves no trace.
    """
    words = np.random.SeedSequence([seed, *place]).generate_state(2, np.uint64)
    random.seed(int(words[0]))
    np.random.seed(int(words[0]) % 2**32)
    torch.manual_seed(int(words[1]) % 2**63)

"""How well a model does on words it never saw, and when a step is not to be trusted."""

import math
import statistics

from trainer.attention import with_attention
from trainer.events import Problem
from trainer.loss import evaluate_batch
from trainer.sharding import free_gathered

LEAST_HISTORY = 20  # steps
GENERAL_SHARE = 4  # What is general is watched, not chosen by: a quarter of the rows tell enough.


class Evaluator:
    """Measures the held-out loss on the persona's words, and on the others' words: what is general and not the persona."""

    def __init__(self, persona, general, most_rows, attention, machine, team, stop):
        self.persona = persona
        self.general = general
        self.most_rows = most_rows
        self.most_general_rows = math.ceil(most_rows / GENERAL_SHARE)
        self.attention = attention
        self.machine = machine
        self.team = team
        self.stop = stop

    def measure(self, model, micro_batch, shape=None):
        """{loss, tokens, generalLoss, generalTokens}: means in nats a token; None when it was asked to stop on the way.

        `shape` is (rows, tokens) of every batch, where it must be one.
        """
        was_training = model.training
        model.eval()
        persona = self._mean_loss(model, self.persona, self.most_rows, micro_batch, shape)
        general = self._mean_loss(model, self.general, self.most_general_rows, micro_batch, shape)
        model.train(was_training)
        free_gathered(model)
        if persona is None or general is None:
            return None
        if not math.isfinite(persona[0]):
            raise Problem(f"The held-out loss became {persona[0]}", "Use a lower --learning-rate, --precision fp32, or another base.")
        return {"loss": persona[0], "tokens": persona[1], "generalLoss": general[0], "generalTokens": general[1]}

    @property
    def rows(self):
        """How many rows one measurement goes through."""
        return min(len(self.persona), self.most_rows) + min(len(self.general), self.most_general_rows)

    def _mean_loss(self, model, split, most_rows, micro_batch, shape):
        stride = max(1, math.ceil(len(split) / most_rows))
        rows = list(range(0, len(split), stride))
        loss = weight = 0.0
        for own in self.team.batches(rows, micro_batch):
            if self.stop.requested:
                break
            batch = with_attention(split.batch(own, shape), self.attention, self.machine.device)
            with self.machine.autocast():
                part, part_weight = evaluate_batch(model, batch)
            loss = loss + part
            weight = weight + part_weight
        loss, weight, stops = self.team.sum(float(loss), float(weight), int(self.stop.requested), device=self.machine.device)
        if stops:
            return None
        return (loss / weight if weight else None), int(weight)


def has_gone_wrong(step, recent):
    """Why a step cannot be trusted, or None: its loss or gradients are not finite, or the loss jumped far out of its band.

    `recent` holds the losses of the last steps; a jump is more than 6 deviations and half again of their mean.
    """
    if not math.isfinite(step.loss) or not math.isfinite(step.norm):
        return f"the loss became {step.loss}, the norm of the gradients {step.norm}"
    if len(recent) < LEAST_HISTORY:
        return None
    mean, deviation = statistics.fmean(recent), statistics.pstdev(recent)
    if step.loss > 1.5 * mean and step.loss > mean + 6 * deviation:
        return f"the loss jumped from {mean:.3f} to {step.loss:.3f}"
    return None

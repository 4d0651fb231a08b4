"""One optimiser step: micro-batches accumulated to the mean over all their targets, on one process or several."""

import math
from dataclasses import dataclass

import torch

from trainer.attention import with_attention
from trainer.events import Problem
from trainer.loss import backward
from trainer.schedule import seed_everything
from trainer.sharding import is_sharded, whole


@dataclass
class Step:
    """What a step gave: mean loss over its targets in nats, norm of the gradients before clipping, tokens and row slots."""

    loss: float
    norm: float
    tokens: int
    slots: int


class StepMaker:
    """Makes the steps of a run. `micro_batch` rows go through the model at once; it shrinks when memory runs out."""

    def __init__(self, model, data, optimizer, team, machine, attention, micro_batch, seed, clip, one_shape=False):
        self.model = model
        self.data = data
        self.optimizer = optimizer
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.team = team
        self.micro_batch = micro_batch
        self.has_shrunk = False
        self.attention = attention
        self.machine = machine
        self.seed = seed
        self.clip = clip
        self.one_shape = one_shape

    @property
    def shape(self):
        """(rows, tokens) of every batch, for compiled code, which is made anew for each other one; None: as they come."""
        return (self.micro_batch, self.data.context) if self.one_shape else None

    def make(self, number, rows, rate, stop, warn):
        """The step, or None when it was asked to stop on the way: what was accumulated is dropped."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        accumulated = self._accumulate_what_fits(number, rows, stop, warn)
        try:
            return self._take(rows, *accumulated, stop)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise Problem(
                "Memory ran out while gradients were exchanged or weights changed, and such a step cannot be repeated",
                "Lower --micro-batch, then: persona runs resume RUN. Or start a new run with --lora or --optimizer adamw-8bit.",
            )

    def _accumulate_what_fits(self, number, rows, stop, warn):
        """Out of memory: half the rows at once, the same step again. No other process and no weight knows of it yet."""
        while True:
            try:
                return self._accumulate(number, rows, stop)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                if is_sharded(self.model):
                    raise Problem(
                        "A card's memory ran out, and with sharded weights no process can repeat a step by itself",
                        "Lower --micro-batch or --context-length; then: persona runs resume RUN",
                    )
                if self.micro_batch == 1:
                    raise Problem(
                        "Even one row does not fit into memory",
                        "Lower --context-length, use --lora or --gradient-checkpointing on, or choose a smaller base.",
                    )
            self.optimizer.zero_grad(set_to_none=True)
            if self.machine.device == "cuda":
                torch.cuda.empty_cache()
            self.micro_batch, self.has_shrunk = math.ceil(self.micro_batch / 2), True
            warn(f"Out of memory: going on with {self.micro_batch} rows at once, the step stays the same.")

    def _accumulate(self, number, rows, stop):
        """Gradients of this process's rows; returns their part of the loss, row slots, and whether it was asked to stop."""
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        total_weight = self.data.weight_of(rows)
        loss, slots, was_stopped = 0.0, 0, False
        for index, own in enumerate(self.team.batches(rows, self.micro_batch)):
            if was_stopped := stop.requested:
                break
            seed_everything(self.seed, number, self.team.rank, index)
            batch = self.data.batch(own, self.shape)
            slots += batch["ids"].numel()
            with self.machine.autocast():
                loss = loss + backward(self.model, with_attention(batch, self.attention, self.machine.device), total_weight)
        return float(loss), slots, was_stopped

    def _take(self, rows, loss, slots, was_stopped, stop):
        """Brings the gradients of all processes together and changes the weights."""
        # Nobody leaves the others waiting: a process that is to stop still meets them here.
        loss, slots, stops = self.team.sum(loss, slots, int(was_stopped or stop.requested), device=self.machine.device)
        if stops:
            self.optimizer.zero_grad(set_to_none=True)
            return None
        if not is_sharded(self.model):
            self.team.add_gradients(self.parameters)
        norm = whole(torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)).item()
        if math.isfinite(norm):
            self.optimizer.step()
        return Step(loss / self.data.weight_of(rows), norm, self.data.tokens_in(rows), int(slots))


def is_out_of_memory(error):
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)

"""One optimiser step: micro-batches accumulated to the mean over all their targets, on one process or several."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from trainer.attention import with_attention
from trainer.events import Problem
from trainer.loss import backward
from trainer.packing import PackedSplit
from trainer.runtime import Runtime
from trainer.schedule import seed_everything
from trainer.sharding import is_sharded, whole


@dataclass
class Step:
    """What a step gave: mean loss over its targets in nats, norm of the gradients before clipping, tokens and row slots."""

    loss: float
    norm: float
    tokens: int
    slots: int


@dataclass
class StepMaker:
    """Makes the steps of a run."""

    model: torch.nn.Module
    data: PackedSplit
    optimizer: torch.optim.Optimizer
    runtime: Runtime
    micro_batch: int  # Rows that go through the model at once: fewer when memory runs out
    seed: int
    clip: float
    one_shape: bool = False
    backward: Callable = backward  # The loss, and its gradients; see `trainer/loss.py`.
    has_shrunk: bool = field(default=False, init=False)

    @property
    def parameters(self):
        return [p for group in self.optimizer.param_groups for p in group["params"]]

    @property
    def shape(self):
        """(rows, tokens) of every batch, for compiled code, which is made anew for each other one; None: as they come."""
        return (self.micro_batch, self.data.context) if self.one_shape else None

    def make(self, number, rows, rate, warn):
        """The step, or None when it was asked to stop on the way: what was accumulated is dropped."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        accumulated = self._accumulate_what_fits(number, rows, warn)
        try:
            return self._take(rows, *accumulated)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise Problem(
                "Memory ran out while gradients were exchanged or weights changed, and such a step cannot be repeated",
                "Train again with a lower --micro-batch, with --lora or with --optimizer adamw-8bit.",
            )

    def _accumulate_what_fits(self, number, rows, warn):
        """Out of memory: half the rows at once, the same step again. No other process and no weight knows of it yet."""
        while True:
            try:
                return self._accumulate(number, rows)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                if is_sharded(self.model):
                    raise Problem(
                        "A GPU's memory ran out, and with sharded weights no process can repeat a step by itself",
                        "Train again with a lower --micro-batch or --context-length.",
                    )
                if self.micro_batch == 1:
                    raise Problem(
                        "Even one row does not fit into memory",
                        "Train again with a lower --context-length, with --lora or with --gradient-checkpointing on, or from a smaller --base.",
                    )
            self.optimizer.zero_grad(set_to_none=True)
            if self.runtime.machine.device == "cuda":
                torch.cuda.empty_cache()
            self.micro_batch, self.has_shrunk = math.ceil(self.micro_batch / 2), True
            warn(f"Out of memory: going on with {self.micro_batch} rows at once, the step stays the same.")

    def _accumulate(self, number, rows):
        """Gradients of this process's rows; returns their part of the loss, row slots, and whether it was asked to stop."""
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        machine, team = self.runtime.machine, self.runtime.team
        total_weight = self.data.weight_of(rows)
        loss, slots, was_stopped = 0.0, 0, False
        for index, own in enumerate(team.batches(rows, self.micro_batch)):
            if was_stopped := self.runtime.stop.requested:
                break
            seed_everything(self.seed, number, team.rank, index)
            batch = self.data.batch(own, self.shape)
            slots += batch["ids"].numel()
            with machine.autocast():
                loss = loss + self.backward(self.model, with_attention(batch, self.runtime.attention, machine.device), total_weight)
        return float(loss), slots, was_stopped

    def _take(self, rows, loss, slots, was_stopped):
        """Brings the gradients of all processes together and changes the weights."""
        machine, team = self.runtime.machine, self.runtime.team
        # Nobody leaves the others waiting: a process that is to stop still meets them here.
        loss, slots, stops = team.sum(loss, slots, int(was_stopped or self.runtime.stop.requested), device=machine.device)
        if stops:
            self.optimizer.zero_grad(set_to_none=True)
            return None
        if not is_sharded(self.model):
            team.add_gradients(self.parameters)
        norm = whole(torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)).item()
        if math.isfinite(norm):
            self.optimizer.step()
        return Step(loss / self.data.weight_of(rows), norm, self.data.tokens_in(rows), int(slots))


def is_out_of_memory(error):
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)

"""Several processes as one trainer: `torchrun --nproc-per-node 2 -- scripts/finetune.py …`.

Each process takes every n-th row of a step. Where each holds the whole model, their gradients are added once a step.
That is data parallelism without its wrapper: the lean loss runs `backward` several times a micro-batch, which the
wrapper's hooks count as several steps, and one sum a step is all that accumulation needs. Where the weights are sharded
(`sharding.py`), the processes exchange them in every pass and so have to do everything together.
"""

import math
import os
import sys

import torch
import torch.distributed as dist

BUCKET_BYTES = 64 * 2**20


class Team:
    """The processes that train one model; alone it costs nothing."""

    def __init__(self):
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.local_rank = int(os.environ.get("LOCAL_RANK", "0"))
        if self.size > 1:
            if torch.cuda.is_available():
                torch.cuda.set_device(self.local_rank)
            dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
        self.decisions = None

    @property
    def is_first(self):
        return self.rank == 0

    def batches(self, items, size):
        """The part of a list that belongs to this process, in batches: as many on each, so that the last may be empty."""
        own = items[self.rank :: self.size]
        return [own[at : at + size] for at in range(0, math.ceil(len(items) / self.size), size)]

    def decide_together(self):
        """From here on `any` asks all processes: their clocks and signals differ."""
        self.decisions = dist.new_group(backend="gloo")  # Over the network alone: no GPU is waited for.

    def any(self, flag):
        """Whether one process says so; alone, or with a whole model on each, what this one says."""
        if self.decisions is None:
            return flag
        tensor = torch.tensor(int(flag))
        dist.all_reduce(tensor, dist.ReduceOp.MAX, group=self.decisions)
        return bool(tensor)

    def least(self, number, device="cpu"):
        if self.size == 1:
            return number
        tensor = torch.tensor(number, dtype=torch.float64, device=device)
        dist.all_reduce(tensor, dist.ReduceOp.MIN)
        return tensor.item()

    def sum(self, *numbers, device="cpu"):
        """Each number, added over all processes; exact for what fits a float64."""
        if self.size == 1:
            return numbers
        tensor = torch.tensor(numbers, dtype=torch.float64, device=device)
        dist.all_reduce(tensor)
        return tensor.tolist()

    def add_gradients(self, parameters):
        """Replaces every gradient with its sum over all processes, in buckets of like type."""
        if self.size == 1:
            return
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        for bucket in buckets([parameter.grad for parameter in parameters]):
            flat = torch.cat([gradient.flatten() for gradient in bucket])
            dist.all_reduce(flat)
            for gradient, part in zip(bucket, flat.split([gradient.numel() for gradient in bucket])):
                gradient.copy_(part.view_as(gradient))

    def leave(self):
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()

    def abandon(self):
        """Ends this process of several at once: the others may never come to a farewell, and NCCL would wait for them."""
        if self.size > 1:
            sys.stderr.flush()
            os._exit(1)


class TeamStop:
    """A request to stop that every process of a team hears at the same look."""

    def __init__(self, stop, team):
        self.stop = stop
        self.team = team

    @property
    def requested(self):
        return self.team.any(self.stop.requested)


def buckets(gradients):
    bucket, size = [], 0
    for gradient in gradients:
        if bucket and (size > BUCKET_BYTES or gradient.dtype != bucket[0].dtype):
            yield bucket
            bucket, size = [], 0
        bucket.append(gradient)
        size += gradient.numel() * gradient.element_size()
    if bucket:
        yield bucket

"""Several processes as one trainer: `torchrun --nproc-per-node 2 -- scripts/finetune.py …`.

Each process holds the whole model and takes every n-th row of a step; their gradients are added once a step. That is
data parallelism without its wrapper: the lean loss runs `backward` several times a micro-batch, which the wrapper's
hooks count as several steps, and one sum a step is all that accumulation needs.
"""

import os

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

    @property
    def is_first(self):
        return self.rank == 0

    def share(self, items):
        """The part of a list that belongs to this process."""
        return items[self.rank :: self.size]

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

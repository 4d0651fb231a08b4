"""Weights shared out over the GPUs, for a model that one GPU cannot train (FSDP2, `fully_shard`; Zhao et al. 2023).

Each process keeps a part of every weight, its gradient and its moments. A block is gathered for as long as it runs;
what is not in a block (embeddings, last norm, head) stays gathered from the beginning of a forward pass to the end of
its backward pass, because the lean loss runs the head in between, as often as there are chunks of targets.
"""

import warnings

import torch
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor, distribute_tensor

from trainer.events import Problem
from trainer.loss import causal_model
from trainer.models import blocks_of


def check_team(arguments, team):
    if arguments.fsdp == "on" and team.size == 1:
        raise Problem("--fsdp on shares weights out over several processes, and this is one", "Add --gpus 2, or leave it out.")
    if arguments.canaries and team.size > 1:
        raise Problem("Canaries are written by one process, and this run has several", "Leave out --canaries, or --gpus.")
    if arguments.refine and team.size > 1:
        raise Problem("A refinement is made by one process, and this run has several", "Leave out --gpus.")


def shard(model, team, machine):
    """Leaves this process its part of each weight; the body is run by `sharded_body` from here on. Gradients are sums.

    A model that is on the CPU goes to the GPU block by block: it is never there as a whole.
    """
    team.decide_together()
    machine.keeps_casts = False  # They would be whole again, all of them.
    warnings.filterwarnings("ignore", "FSDP2-wrapped module .* returned a view")  # Nothing here writes into it.
    base = causal_model(model)
    mesh = init_device_mesh(machine.device, (team.size,))
    for block in blocks_of(base):
        fully_shard(block, mesh=mesh)
    fully_shard(base, mesh=mesh, reshard_after_forward=False)
    for module in base.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)  # Gloo and older NCCL cannot scale while they add.
    base.sharded_body = getattr(base, base.base_model_prefix).__call__
    register_fsdp_forward_method(base, "sharded_body")


def is_sharded(model):
    return isinstance(causal_model(model), FSDPModule)


def free_gathered(model):
    """Gives back what a forward pass gathered that no backward pass followed: the next one would use it, however old."""
    if is_sharded(model):
        causal_model(model).reshard()


def whole(tensor):
    """The tensor itself, put together where it lies in parts: then all processes must ask for it, in the same order."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def part_like(target, value):
    """Of a whole tensor, what belongs to this process if `target` lies in parts."""
    if not isinstance(target, DTensor):
        return value
    return distribute_tensor(value.to(target.device), target.device_mesh, target.placements, src_data_rank=None)


@torch.no_grad()
def fill(target, value):
    """Copies a whole tensor into one of its shape, whether that lies in parts or not."""
    target.copy_(part_like(target, value))

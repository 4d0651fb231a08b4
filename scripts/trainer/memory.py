"""What a step needs in memory, found before the first one, and the choices that make it fit.

What lies still is counted: weights, gradients and the optimiser's state. What a forward pass keeps for the backward one
is rehearsed (`rehearsal.py`).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch

from trainer.events import Problem
from trainer.loss import CHUNK, causal_model
from trainer.machine import Machine
from trainer.models import blocks_of
from trainer.rehearsal import rehearse

# Bytes a trained weight of fp32: gradient and two moments (in fp32, or in 8 bits with a scale each 256).
STATE_BYTES = {"adamw": 12, "adamw-8bit": 4 + 2 + 0.04}
USABLE_SHARE = 0.92  # Of free memory: allocators round up and fragment.
MAX_TOKENS_AT_ONCE = {"cuda": 65_536, "cpu": 2048}


@dataclass(frozen=True)
class Work:
    """What has to fit into memory."""

    model: torch.nn.Module
    adapt: Callable | None  # Makes the trained form of a fresh model: adapters, frozen layers
    context: int
    rows: int  # Of a step, in one process
    machine: Machine
    free: float  # Bytes
    processes: int = 1


@dataclass(frozen=True)
class Fit:
    """What memory decides about a run."""

    micro_batch: int
    gradient_checkpointing: bool
    optimizer: str
    shards: int = 1  # Processes that share the weights


@dataclass(frozen=True)
class MemoryPlan(Fit):
    """The same, and what it needs, in bytes by part."""

    parts: dict = field(kw_only=True)
    free: float = field(kw_only=True)

    @property
    def fsdp(self):
        return self.shards > 1

    @property
    def total(self):
        return sum(self.parts.values())

    @property
    def fits(self):
        return self.total <= self.free


def plan_memory(work, arguments, has_8bit=False):
    """The first of these that fits: plain; checkpointing; checkpointing and 8-bit moments; weights shared by the processes.

    The micro-batch is the largest. When nothing fits, the smallest is returned, and `fits` is false.
    """
    model, machine = work.model, work.machine
    weight_type = model.get_input_embeddings().weight.dtype
    activations = rehearse(model.config, work.adapt, work.context, machine, weight_type, layers_with_gradients(model))
    for fit in fits_to_try(work, arguments, has_8bit):
        plan = MemoryPlan(**vars(fit), parts=parts_of(work, fit, activations, arguments.ema_decay), free=work.free)
        if plan.fits:
            return plan
    return plan


def fits_to_try(work, arguments, has_8bit):
    """The most comfortable first."""
    checkpointing = {"auto": [False, True], "on": [True], "off": [False]}[arguments.gradient_checkpointing]
    optimizers = [arguments.optimizer] if arguments.optimizer else ["adamw", "adamw-8bit"] if has_8bit else ["adamw"]
    choices = [(checkpoint, optimizer, 1) for optimizer in optimizers for checkpoint in checkpointing]
    # What a process holds of 8-bit moments cannot be put together.
    can_share = "adamw" in optimizers and work.processes > 1
    shared = [(checkpoint, "adamw", work.processes) for checkpoint in checkpointing if can_share]
    choices = {"auto": choices + shared, "on": shared, "off": choices}[arguments.fsdp]
    sizes = [min(work.rows, arguments.micro_batch)] if arguments.micro_batch else sizes_up_to(work)
    return [Fit(size, *choice) for choice in choices for size in sizes]


def sizes_up_to(work):
    largest = max(1, min(work.rows, MAX_TOKENS_AT_ONCE[work.machine.device] // work.context))
    return [2**power for power in range(largest.bit_length() - 1, -1, -1)]


def parts_of(work, fit, activations, ema_decay):
    """`work` is what comes and goes: the head's logits or, later, one layer that is run again; the larger of the two.

    `gathered` is what a process holds of the others' parts while it runs.
    """
    model, rows, shards = work.model, fit.micro_batch, fit.shards
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    # Beside what the layer keeps: the gradient that comes into it, and the one that goes out.
    again = (activations.layer_per_row + 2 * activations.residual_per_row) * rows if fit.gradient_checkpointing else 0
    return {
        "weights": sum(p.numel() * p.element_size() for p in model.parameters()) / shards,
        "optimizer": trained * STATE_BYTES[fit.optimizer] / shards,
        "average": trained * 4 / shards if ema_decay else 0,
        "activations": activations.kept(rows, fit.gradient_checkpointing, casts=shards == 1),
        "gathered": gathered_bytes(model) if shards > 1 else 0,
        "work": max(bytes_of_head(model, min(CHUNK, rows * work.context), work.machine.precision), again),
    }


def gathered_bytes(model):
    """What is whole at once in a sharded model: all that is not in a block and its gradients, and at a block's backward pass
    its weights, the next one's on their way, and its gradients twice, as they are and in the order they are sent in."""
    blocks = blocks_of(causal_model(model))
    in_blocks = {id(p) for block in blocks for p in block.parameters()}
    outside = [p for p in model.parameters() if id(p) not in in_blocks]
    of_block = max(held(block.parameters(), weights=2, gradients=2) for block in blocks)
    return held(outside, weights=1, gradients=1) + max(of_block, held(outside, weights=0, gradients=1))


def held(parameters, weights, gradients):
    return sum(p.numel() * p.element_size() * (weights + gradients * p.requires_grad) for p in parameters)


def bytes_of_head(model, targets, precision):
    """Logits, their log-softmax and its gradient in fp32, and in bf16 once more each way; a gradient before it is added."""
    head = causal_model(model).get_output_embeddings().weight
    is_cast = precision == "bf16"
    gradient = (6 if is_cast else 4) if head.requires_grad else 0
    weights = 2 if is_cast and head.dtype == torch.float32 else 0
    return targets * head.shape[0] * (16 if is_cast else 12) + head.numel() * (gradient + weights)


def layers_with_gradients(model):
    """Blocks that keep something: gradients end at the first one that is trained."""
    is_trained = [any(p.requires_grad for p in block.parameters()) for block in blocks_of(causal_model(model))]
    return len(is_trained) - is_trained.index(True)


def free_memory(device, model, limit_gb=None):
    """Bytes that a plan may use, the model's own included: what is free on the GPU, or in the machine and its control group."""
    if limit_gb:
        return limit_gb * 1e9 * USABLE_SHARE
    if device == "cuda":
        return (torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved()) * USABLE_SHARE
    own = sum(p.numel() * p.element_size() for p in model.parameters())
    return (min(available_in_machine(), left_in_control_group()) + own) * USABLE_SHARE


def available_in_machine():
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def left_in_control_group():
    folder = Path("/sys/fs/cgroup")
    try:
        return int((folder / "memory.max").read_text()) - int((folder / "memory.current").read_text())
    except (OSError, ValueError):
        return float("inf")


def peak_memory(device):
    """The most that was in use so far, in bytes: of the GPU's tensors, or of the whole process."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def explain_shortage(plan, is_certain, warn):
    """Says with numbers that a plan does not fit: refused on a GPU, a warning where the system may yet find memory."""
    gigabytes = ", ".join(f"{name} {size / 1e9:.1f}" for name, size in plan.parts.items() if size > 0)
    reason = f"The run needs about {plan.total / 1e9:.1f} GB ({gigabytes}), and {plan.free / 1e9:.1f} GB are free"
    if is_certain:
        raise Problem(reason, "Train again with a lower --context-length, with --lora or with --optimizer adamw-8bit, or from a smaller --base.")
    warn(f"{reason}.")

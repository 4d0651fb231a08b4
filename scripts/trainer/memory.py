"""What a step needs in memory, found before the first one, and the choices that make it fit.

What lies still is counted: weights, gradients and the optimiser's state. What a forward pass keeps for the backward one
is rehearsed (`rehearsal.py`).
"""

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from trainer.events import Problem
from trainer.loss import CHUNK, causal_model
from trainer.models import blocks_of
from trainer.rehearsal import rehearse

# Bytes a trained weight of fp32: gradient and two moments (in fp32, or in 8 bits with a scale each 256).
STATE_BYTES = {"adamw": 12, "adamw-8bit": 4 + 2 + 0.04}
USABLE_SHARE = 0.92  # Of free memory: allocators round up and fragment.
MOST_TOKENS_AT_ONCE = {"cuda": 65_536, "cpu": 2048}


@dataclass(frozen=True)
class MemoryPlan:
    """The choices of a run that memory decides, and what they need, in bytes by part."""

    micro_batch: int
    gradient_checkpointing: bool
    optimizer: str
    parts: dict
    free: float
    fsdp: bool = False

    @property
    def total(self):
        return sum(self.parts.values())

    @property
    def fits(self):
        return self.total <= self.free


def plan_memory(model, adapt, arguments, context, machine, rows, free, has_8bit=False, processes=1):
    """The first of these that fits: plain; checkpointing; checkpointing and 8-bit moments; weights sharded over processes.

    The micro-batch is the largest. `adapt` makes the trained form of a fresh model (adapters, frozen layers), and `rows`
    are those of a step and process. When nothing fits, the smallest is returned, and `fits` is false.
    """
    weight_type = model.get_input_embeddings().weight.dtype
    activations = rehearse(model.config, adapt, context, machine, weight_type, layers_with_gradients(model))
    checkpointing = {"auto": [False, True], "on": [True], "off": [False]}[arguments.gradient_checkpointing]
    optimizers = [arguments.optimizer] if arguments.optimizer else ["adamw", "adamw-8bit"] if has_8bit else ["adamw"]
    choices = [(optimizer, checkpoint, 1) for optimizer in optimizers for checkpoint in checkpointing]
    # What a process holds of 8-bit moments cannot be put together.
    sharded = [("adamw", checkpoint, processes) for checkpoint in checkpointing if "adamw" in optimizers and processes > 1]
    choices = {"auto": choices + sharded, "on": sharded, "off": choices}[arguments.fsdp]
    sizes = [min(rows, arguments.micro_batch)] if arguments.micro_batch else sizes_up_to(rows, context, machine.device)
    for optimizer, checkpoint, shards in choices:
        for size in sizes:
            kind = (checkpoint, optimizer, arguments.ema_decay, machine.precision, shards)
            parts = parts_of(model, activations, size, context, *kind)
            plan = MemoryPlan(size, checkpoint, optimizer, parts, free, shards > 1)
            if plan.fits:
                return plan
    return plan


def sizes_up_to(rows, context, device):
    most = max(1, min(rows, MOST_TOKENS_AT_ONCE[device] // context))
    return [2**power for power in range(most.bit_length() - 1, -1, -1)]


def parts_of(model, activations, rows, context, checkpointing, optimizer, ema_decay, precision, shards=1):
    """`work` is what comes and goes: the head's logits or, later, one layer that is run again; the larger of the two.

    `gathered` is what a process holds of the others' parts while it runs.
    """
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    # Beside what the layer keeps: the gradient that comes into it, and the one that goes out.
    again = (activations.layer_per_row + 2 * activations.residual_per_row) * rows if checkpointing else 0
    return {
        "weights": sum(p.numel() * p.element_size() for p in model.parameters()) / shards,
        "optimizer": trained * STATE_BYTES[optimizer] / shards,
        "average": trained * 4 / shards if ema_decay else 0,
        "activations": activations.kept(rows, checkpointing, casts=shards == 1),
        "gathered": gathered_bytes(model) if shards > 1 else 0,
        "work": max(bytes_of_head(model, min(CHUNK, rows * context), precision), again),
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
    """Bytes that a plan may use, the model's own included: what is free on the card, or in the machine and its control group."""
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
    """The most that was in use so far, in bytes: of the card's tensors, or of the whole process."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def explain_shortage(plan, is_certain, warn):
    """Says with numbers that a plan does not fit: refused on a card, a warning where the system may yet find memory."""
    gigabytes = ", ".join(f"{name} {size / 1e9:.1f}" for name, size in plan.parts.items() if size > 0)
    reason = f"The run needs about {plan.total / 1e9:.1f} GB ({gigabytes}), and {plan.free / 1e9:.1f} GB are free"
    if is_certain:
        raise Problem(reason, "Lower --context-length, use --lora or --optimizer adamw-8bit, or choose a smaller base.")
    warn(f"{reason}.")

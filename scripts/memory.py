"""What a step needs in memory, found before the first one, and the choices that make it fit.

What lies still is counted: weights, gradients and the optimiser's state. What a forward pass keeps for the backward one
is rehearsed: models of one and of two layers, on one and on two rows, run on tensors without content
(`FakeTensorMode`), and what autograd keeps of each is added up. Both are linear, so four rehearsals give every depth and
micro-batch; they take a fraction of a second, whatever the model's size.
"""

import contextlib
import copy
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import saved_tensors_hooks

from attention import in_the_precision_of_a_card
from events import Problem
from loss import CHUNK, causal_model
from models import blocks_of

# Bytes a trained weight of fp32: gradient and two moments (in fp32, or in 8 bits with a scale each 256).
STATE_BYTES = {"adamw": 12, "adamw-8bit": 4 + 2 + 0.04}
USABLE_SHARE = 0.92  # Of free memory: allocators round up and fragment.
MOST_TOKENS_AT_ONCE = {"cuda": 65_536, "cpu": 2048}


@dataclass(frozen=True)
class Activations:
    """Bytes that a forward pass keeps: `fixed + per_row · rows + layers · (layer_fixed + layer_per_row · rows)`."""

    fixed: float
    per_row: float
    layer_fixed: float
    layer_per_row: float
    residual_per_row: float
    layers: int

    def kept(self, rows, checkpointing, casts=True):
        """With checkpointing, each layer keeps only what enters it, and its weights in bf16 where `casts` are kept."""
        per_layer = self.residual_per_row if checkpointing else self.layer_per_row
        layer_fixed = 0 if checkpointing and not casts else self.layer_fixed
        return self.fixed + self.per_row * rows + self.layers * (layer_fixed + per_layer * rows)


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


def rehearse(config, adapt, context, machine, weight_type, layers):
    """Measures what autograd keeps of a forward pass on tensors without content."""
    sizes = [(layers, rows) for layers in (1, 2) for rows in (1, 2)]
    kept = {size: bytes_kept(config, adapt, *size, context, machine, weight_type) for size in sizes}
    layer = {rows: kept[2, rows] - kept[1, rows] for rows in (1, 2)}
    base = {rows: kept[1, rows] - layer[rows] for rows in (1, 2)}
    return Activations(
        fixed=max(0, 2 * base[1] - base[2]),
        per_row=max(0, base[2] - base[1]),
        layer_fixed=max(0, 2 * layer[1] - layer[2]),
        layer_per_row=layer[2] - layer[1],
        residual_per_row=context * config.hidden_size * weight_type.itemsize,
        layers=layers,
    )


def bytes_kept(config, adapt, layers, rows, context, machine, weight_type):
    """Bytes of all tensors, weights apart, that a model of so many layers keeps for its backward pass."""
    small = copy.deepcopy(config)
    small.num_hidden_layers = layers
    if getattr(small, "layer_types", None):
        small.layer_types = small.layer_types[:layers]
    if machine.device == "cuda":
        without_attention_dropout(small)  # Fused there; without a GPU it keeps whole matrices.
    model = weightless(small, config._attn_implementation, adapt, weight_type)
    with FakeTensorMode():
        fill_with_nothing(model)
        weights = {parameter.untyped_storage()._cdata for parameter in model.parameters()}
        kept = {}

        def keep(tensor):
            storage = tensor.untyped_storage()
            if storage._cdata not in weights:
                kept[storage._cdata] = storage  # Held, so that its address is not used again.
            return tensor

        ids = torch.zeros(rows, context, dtype=torch.long)
        positions = torch.arange(context)[None].expand(rows, -1)
        autocast = torch.autocast("cpu", torch.bfloat16) if machine.precision == "bf16" else contextlib.nullcontext()
        body = getattr(causal_model(model), causal_model(model).base_model_prefix)
        attention = in_the_precision_of_a_card() if machine.device == "cuda" else contextlib.nullcontext()
        with saved_tensors_hooks(keep, lambda tensor: tensor), autocast, attention:
            body(input_ids=ids, position_ids=positions, attention_mask=None, use_cache=False)
        return sum(storage.nbytes() for storage in kept.values())


def weightless(config, attention, adapt, weight_type):
    """A model in training whose weights have shapes only."""
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, dtype=weight_type)
        if attention and model._can_set_attn_implementation():
            model.set_attn_implementation(attention)
        return (adapt(model) if adapt else model).train()


def fill_with_nothing(model):
    """Puts the weights on the CPU, as tensors without content; those that are shared stay so."""
    made = {}
    for module in model.modules():
        for tensors in (module._parameters, module._buffers):
            for name, tensor in tensors.items():
                if tensor is None:
                    continue
                if id(tensor) not in made:
                    empty = torch.empty(tensor.shape, dtype=tensor.dtype)
                    is_weight = isinstance(tensor, torch.nn.Parameter)
                    made[id(tensor)] = torch.nn.Parameter(empty, tensor.requires_grad) if is_weight else empty
                tensors[name] = made[id(tensor)]


def without_attention_dropout(config):
    for name in ("attn_pdrop", "attention_dropout"):
        if getattr(config, name, None):
            setattr(config, name, 0.0)


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

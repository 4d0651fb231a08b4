"""A forward pass on tensors without content, to see what it keeps for the backward one.

Models of one and of two layers, on one and on two rows, run in `FakeTensorMode`, and what autograd keeps of each is added
up. Both are linear, so four rehearsals give every depth and micro-batch; they take a fraction of a second, whatever the
model's size.
"""

import contextlib
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import saved_tensors_hooks
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

from trainer.attention import attention_on_cpu
from trainer.loss import body_of
from trainer.models import shortened


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


def rehearse(config, adapt, context, machine, weight_type, layers):
    """What autograd keeps of a forward pass: measured, or estimated for models that do not run on tensors without content."""
    try:
        return measure(config, adapt, context, machine, weight_type, layers)
    except Exception:  # Experts are chosen by content, for example.
        return estimate(config, context, weight_type, layers)


def estimate(config, context, weight_type, layers):
    """As if everything were kept in fp32: some 16 times the width a token, what its experts do, and the scores of attention."""
    width = config.hidden_size
    inner = max(getattr(config, name, None) or 0 for name in ("intermediate_size", "moe_intermediate_size", "n_inner"))
    experts = getattr(config, "num_experts_per_tok", None) or 1
    heads = getattr(config, "num_attention_heads", None) or 1
    of_token = 16 * width + 3 * (inner or 4 * width) * experts + 2 * heads * context
    return Activations(0, 8 * context * width, 0, 4 * context * of_token, context * width * weight_type.itemsize, layers)


def measure(config, adapt, context, machine, weight_type, layers):
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
    small = shortened(config, layers)
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
        body = body_of(model)
        with saved_tensors_hooks(keep, lambda tensor: tensor), contextlib.ExitStack() as stack:
            for each in contexts_of(machine):
                stack.enter_context(each)
            body(input_ids=ids, position_ids=positions, attention_mask=None, use_cache=False)
        return sum(storage.nbytes() for storage in kept.values())


def contexts_of(machine):
    """In what a forward pass on the CPU keeps what it would keep on the machine."""
    if machine.precision == "bf16":
        yield torch.autocast("cpu", torch.bfloat16)
    if machine.device == "cuda":
        yield attention_on_cpu(in_fp32=False)
        if machine.precision == "bf16":
            yield AutocastOfAGpu()


class AutocastOfAGpu(TorchFunctionMode):
    """Autocast on the CPU as on a GPU, which makes these in fp32 and keeps what they came from in fp32 as well."""

    IN_FP32 = {F.layer_norm, torch.layer_norm, torch.pow, torch.Tensor.pow, torch.Tensor.__pow__}

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in self.IN_FP32:
            args, kwargs = tree_map(as_fp32, (args, kwargs))
        return function(*args, **(kwargs or {}))


def as_fp32(value):
    return value.float() if torch.is_tensor(value) and value.dtype == torch.bfloat16 else value


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

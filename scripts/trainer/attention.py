"""Attention in which packed documents do not see each other, in several ways that give the same numbers.

- `sdpa`: the documents of a batch are lifted out of their rows, those of like length stand together as a rectangle, and
  each goes through causal attention by itself. No mask exists, and work grows with the documents' lengths, not the row's.
- `dense`: one [length, length] mask a row. Slow, plain, and right wherever a model respects a mask: the reference.
- `flex`: PyTorch's flex_attention with a block mask; on GPUs.
- `apart`: each document goes through the whole model by itself, in rectangles as above. For models that take no mask or no
  positions from outside, with state space layers for example; their own attention need not be exchanged.
- `varlen`: PyTorch's variable-length FlashAttention; NVIDIA, half precision.

None is believed: `leak_check.py` tries the chosen one on the model itself at every start.
"""

import contextlib
import contextvars
import functools

import torch
import torch.nn.functional as F
from transformers import AttentionInterface

from trainer.events import Problem
from trainer.loss import causal_model
from trainer.machine import sent
from trainer.models import own_attention

# Whether attention on the CPU is done in fp32: without matrix tiles, bf16 takes it two to three times as long.
IN_FP32_ON_CPU = contextvars.ContextVar("in fp32 on a CPU", default=not torch.cpu._is_amx_tile_supported())
NAMES = {"sdpa": "persona_documents", "varlen": "persona_varlen", "dense": "sdpa", "flex": "flex_attention"}


def use_attention(model, name, machine):
    """Sets the attention of a model and returns the name of the one chosen; refuses what cannot be right."""
    base = causal_model(model)
    is_pluggable = base._can_set_attn_implementation()
    if name == "apart":
        if is_pluggable:
            base.set_attn_implementation(own_attention(base))
        return name
    is_standard = base._supports_sdpa  # Else scores are capped, shifted by their distance, or there are none.
    drops = attention_dropout(base.config) > 0
    reason = None
    if name in ("sdpa", "varlen", "flex") and not is_pluggable:
        reason = "this model's attention cannot be exchanged"
    elif not is_standard:
        reason = "this model's attention has rules of its own"
    elif name == "varlen" and (machine.device != "cuda" or machine.precision != "bf16"):
        reason = "variable-length FlashAttention needs an NVIDIA GPU and bf16"
    elif name == "flex" and machine.device == "cpu":
        reason = "flex_attention cannot go backward on a CPU"
    elif name in ("varlen", "flex") and drops:
        reason = "it has no dropout, and this model's attention does"
    if reason:
        raise Problem(f"--attention {name} would not be right here: {reason}", "Train with another: persona train --attention auto, or with --dropout 0.")
    try:
        base.set_attn_implementation(NAMES[name])
    except ValueError:
        raise Problem(f"--attention {name} is not made for this model ({base.config.model_type})", "Train with another: persona train --attention auto")
    return name


def attention_dropout(config):
    return getattr(config, "attn_pdrop", None) or getattr(config, "attention_dropout", None) or 0.0


def with_attention(batch, name, device="cpu"):
    """The batch on its device, with what the chosen attention needs to know about its documents as `attention`.

    Those are arguments of the body. Documents are looked at before they go there: nothing waits for the device, which can
    still be at the batch before.
    """
    there = {key: sent(tensor, device) for key, tensor in batch.items()}
    if name == "apart":
        return {**there, "apart": Rectangles(batch["documents"], device)}
    if name == "dense":
        mask = {"attention_mask": dense_mask(there["documents"])}
    elif name == "flex":
        mask = {"attention_mask": block_mask(there["documents"])}
    else:
        Documents = Cumulative if name == "varlen" else Rectangles
        mask = {"attention_mask": None, "documents": Documents(batch["documents"], device)}
    return {**there, "attention": mask}


def dense_mask(documents):
    """The block-diagonal causal mask, [rows, 1, length, length], true where a token may look."""
    same = documents[:, None, :, None] == documents[:, None, None, :]
    length = documents.shape[1]
    return same & torch.ones(length, length, dtype=torch.bool, device=documents.device).tril()


def block_mask(documents):
    from torch.nn.attention.flex_attention import create_block_mask

    def may_look(row, head, query, key):
        return (documents[row, query] == documents[row, key]) & (query >= key)

    rows, length = documents.shape
    return create_block_mask(may_look, rows, None, length, length, device=documents.device)


class Rectangles:
    """The documents of a batch as rectangles of like length.

    `take[m]` is the place in the flattened batch of slot m of all rectangles, one after the other; `put[n]` is the slot of
    place n. Slots behind a document's end and places of padding are blank: they carry zeros both ways.
    """

    def __init__(self, documents, device):
        rows, length = documents.shape
        flat = documents.flatten()
        row = torch.arange(rows).repeat_interleave(length)
        starts = torch.ones(rows * length, dtype=torch.bool)
        starts[1:] = (flat[1:] != flat[:-1]) | (row[1:] != row[:-1])
        starts = starts.nonzero().flatten()
        lengths = torch.diff(starts, append=torch.tensor([rows * length]))
        is_document = flat[starts] >= 0
        self.shapes, places = [], []
        starts, lengths = starts[is_document], lengths[is_document]
        heights = rounded_up(lengths)
        for height in sorted(set(heights.tolist())):
            chosen = heights == height
            offsets = torch.arange(height)
            inside = offsets < lengths[chosen][:, None]
            places.append(torch.where(inside, starts[chosen][:, None] + offsets, -1).flatten())
            self.shapes.append((int(chosen.sum()), height))
        take = torch.cat(places)
        put = torch.full((rows * length,), -1)
        put[take[take >= 0]] = (take >= 0).nonzero().flatten()
        self.take, self.blank_slots = without_blanks(take, device)
        self.put, self.blank_places = without_blanks(put, device)

    def parts(self, rows):
        """Rows of a flattened batch as they stand in each rectangle, [documents, length, …]."""
        moved = Move.apply(rows, self.take, self.blank_slots, self.put, self.blank_places)
        sizes = [count * height for count, height in self.shapes]
        return [part.view(*shape, *part.shape[1:]) for shape, part in zip(self.shapes, moved.split(sizes))]

    def whole(self, parts):
        """The flattened batch of what came of each rectangle."""
        rows = torch.cat([part.reshape(-1, part.shape[-1]) for part in parts])
        return Move.apply(rows, self.put, self.blank_places, self.take, self.blank_slots)

    def hidden_states(self, body, ids):
        """What the body gives for each document by itself, put back where it stands in its row."""
        outputs = [body(input_ids=part, use_cache=False).last_hidden_state for part in self.parts(ids.flatten())]
        return self.whole(outputs).view(*ids.shape, -1)


def rounded_up(lengths):
    """Lengths up to 1.25 times theirs, so that few different ones remain: multiples of a quarter of their power of two."""
    step = torch.clamp(2 ** torch.floor(torch.log2(lengths.double())).long() // 4, min=8)
    return (lengths + step - 1) // step * step


def without_blanks(index, device):
    blanks = (index < 0).nonzero().flatten()
    return sent(index.clamp(min=0), device), sent(blanks, device)


class Cumulative:
    """The documents of a batch as FlashAttention wants them: where each starts in the flattened batch."""

    def __init__(self, documents, device):
        flat = (documents + torch.arange(len(documents))[:, None] * (documents.shape[1] + 1)).flatten()
        starts = torch.nonzero(torch.diff(flat, prepend=flat[:1] - 1)).flatten()
        starts = torch.cat([starts, torch.tensor([flat.numel()])])
        self.longest = int(torch.diff(starts).max())
        self.starts = sent(starts.to(torch.int32), device)


class Move(torch.autograd.Function):
    """Rows of a matrix at new places; each is moved once, so that the way back is a move as well and nothing is summed."""

    @staticmethod
    def forward(context, rows, index, blank, back_index, back_blank):
        context.back = back_index, back_blank
        return rows.index_select(0, index).index_fill_(0, blank, 0)

    @staticmethod
    def backward(context, gradient):
        index, blank = context.back
        return gradient.index_select(0, index).index_fill_(0, blank, 0), None, None, None, None


@torch.compiler.disable
def document_attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, documents=None, **_):
    """Causal attention within each document; query, key and value are [rows, heads, length, width]."""
    query, key = query.to(value.dtype), key.to(value.dtype)  # Rotary positions in fp32 make them fp32 under autocast.
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = (states.repeat_interleave(groups, dim=1) for states in (key, value))
    attend = attend_in_fp32 if query.device.type == "cpu" and IN_FP32_ON_CPU.get() else F.scaled_dot_product_attention
    attend = functools.partial(attend, dropout_p=dropout, scale=scaling, is_causal=True)
    if documents is None:
        return attend(query, key, value).transpose(1, 2).contiguous(), None
    rows, heads, length, width = query.shape
    lifted = [documents.parts(states.transpose(1, 2).reshape(rows * length, -1)) for states in (query, key, value)]
    outputs = []
    for rectangle in zip(*lifted):
        parts = [states.unflatten(-1, (heads, -1)).transpose(1, 2) for states in rectangle]
        outputs.append(attend(*parts).transpose(1, 2).flatten(2))
    return documents.whole(outputs).view(rows, length, heads, -1), None


@contextlib.contextmanager
def attention_on_cpu(in_fp32):
    """Inside, attention on the CPU is done so, whatever suits this one: as on a GPU, whose memory is rehearsed."""
    token = IN_FP32_ON_CPU.set(in_fp32)
    try:
        yield
    finally:
        IN_FP32_ON_CPU.reset(token)


def attend_in_fp32(*states, **options):
    """What comes in bf16 goes through attention in fp32; autocast would bring it back to bf16."""
    with torch.autocast("cpu", enabled=False):
        return F.scaled_dot_product_attention(*(each.float() for each in states), **options).to(states[0].dtype)


@torch.compiler.disable
def varlen_attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, documents=None, **_):
    from torch.nn.attention.varlen import varlen_attn

    query, key = query.to(value.dtype), key.to(value.dtype)
    rows, heads, length, width = query.shape
    flat = [states.transpose(1, 2).reshape(rows * length, states.shape[1], -1) for states in (query, key, value)]
    at, longest = documents.starts, documents.longest
    output = varlen_attn(*flat, at, at, longest, longest, scale=scaling, window_size=(-1, 0), enable_gqa=key.shape[1] != heads)
    return output.view(rows, length, heads, -1), None


# No mask function is registered beside them: transformers then builds no mask.
AttentionInterface.register(NAMES["sdpa"], document_attention)
AttentionInterface.register(NAMES["varlen"], varlen_attention)

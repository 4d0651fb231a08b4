"""What `gpu.py` measures, part by part: each a function that yields rows of its table, in a process of its own."""

import gc
import itertools
import tempfile
import time
import types
from collections import namedtuple
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from plain_loop import PlainGPT, steps_of
from trainer import checkpoints
from trainer.attention import use_attention, with_attention
from trainer.distributed import Team
from trainer.leak_check import check_documents_are_apart
from trainer.loss import nats_of_targets
from trainer.machine import Machine
from trainer.memory import Work, free_memory, peak_memory, plan_memory
from trainer.models import from_scratch
from trainer.optimizer import has_8bit, make_optimizer
from trainer.packing import PackedSplit
from trainer.record import Meter, peak_flops
from trainer.runtime import Runtime
from trainer.shards import NEXT_SPEAKER, OTHERS, PERSONA
from trainer.step import StepMaker
from trainer.trained_model import missing_to_compile, prepare_blocks

# `rows` of a step; `seconds` that speed is measured for, after two steps that warm up; `layers_to_resume` of the model whose
# checkpoint is written, as the whole one's would take a minute of disk.
Size = namedtuple("Size", "layers heads width vocabulary context rows seconds layers_to_resume prompt answer")
LARGE = Size(36, 20, 1280, 50_257, 1024, 32, 10, 4, 512, 128)
SMALL = Size(1, 2, 32, 97, 64, 4, 0.2, 1, 16, 8)


class Skipped(Exception):
    """A part that this machine cannot do, and why."""


class InventedData:
    """Conversations of random ids: lengths, turns and the persona's share are like those of real ones."""

    def __init__(self, size, tokens):
        random = np.random.default_rng(1)
        ids, mask, offsets, turns = [], [], [], []
        length = 0
        while length < tokens:
            offsets.append(length)
            for turn in range(int(random.integers(2, 60))):
                turns.append(length)
                words = int(min(random.lognormal(2.5, 0.8), size.context / 4)) + 1
                ids.append(random.integers(1, size.vocabulary, words + 1))
                mask.append([NEXT_SPEAKER] + [OTHERS if turn % 2 else PERSONA] * words)
                length += words + 1
        self.ids, self.mask = np.concatenate(ids), np.concatenate(mask).astype(np.uint8)
        self.offsets, self.turns = np.array(offsets), np.array(turns)
        self.manifest = {"endOfConversation": 0, "tokenizer": {"vocabularySize": size.vocabulary}}

    def conversations(self):
        ends = np.append(self.offsets[1:], len(self.ids))
        for start, end in zip(self.offsets, ends):
            first, last = np.searchsorted(self.turns, [start, end])
            yield int(start), int(end), self.turns[first:last]


def choices_of(**given):
    """Of memory, as the trainer's command line has them."""
    unset = {"gradient_checkpointing": "auto", "optimizer": "adamw", "micro_batch": None, "ema_decay": None, "fsdp": "off"}
    return types.SimpleNamespace(**{**unset, **given})


class Trained:
    """The trainer's own steps on a model from random weights."""

    def __init__(self, size, *, attention="sdpa", compiles=False, dropout=0.0, layers=None, make=from_scratch, **choices):
        self.size, self.machine = size, Machine("bf16")
        forget_peak(self.machine)
        if compiles and (missing := missing_to_compile(self.machine.device)):
            raise Skipped(f"this machine lacks {' and '.join(missing)}")
        split = InventedData(size, 64 * size.rows * size.context)
        self.data = PackedSplit(split, size.context, {PERSONA: 1.0, NEXT_SPEAKER: 0.1})
        torch.manual_seed(1)
        with torch.device(self.machine.device):
            model = make(layers or size.layers, size.heads, size.width, split, size.context, dropout)
        self.runtime = Runtime(self.machine, Team(), use_attention(model, attention, self.machine), types.SimpleNamespace(requested=False))
        work = Work(model, None, size.context, size.rows, self.machine, free_memory(self.machine.device, model))
        self.plan = plan_memory(work, choices_of(**choices), has_8bit())
        prepare_blocks(model, self.plan.gradient_checkpointing, compiles)
        one_shape = compiles or attention == "flex"  # Whose kernels are compiled for every other shape.
        self.model = model.train()
        optimizer = make_optimizer(self.plan.optimizer, list(model.parameters()), 3e-5, 0.01)
        self.maker = StepMaker(model, self.data, optimizer, self.runtime, self.plan.micro_batch, seed=1, clip=1.0, one_shape=one_shape)
        self.warnings = []

    def step(self, number):
        first = number * self.size.rows
        rows = [row % len(self.data) for row in range(first, first + self.size.rows)]
        return self.maker.make(number, rows, 3e-5, self.warnings.append), self.data.targets_in(rows)

    def row(self, name, note=""):
        """Warms up, measures, and says how fast it was."""
        started = time.monotonic()
        first, _ = self.step(0)
        self.step(1)
        wait(self.machine)
        warmed_up = time.monotonic() - started
        meter = Meter(self.machine.device, 1, {})
        for number in itertools.count(2):
            before = time.monotonic()
            step, targets = self.step(number)
            wait(self.machine)
            meter.count(step, targets, time.monotonic() - before)
            if meter.totals["stepSeconds"] > self.size.seconds:
                break
        found = meter.summary(self.model, self.data, self.machine, None, None)
        fit = f"{self.maker.micro_batch} rows at once{', checkpointing' if self.plan.gradient_checkpointing else ''}"
        notes = [fit, note, f"warm after {warmed_up:.0f} s", *self.warnings]
        return {
            "name": name,
            "tokensPerSecond": found["usefulTokensPerSecond"],
            "utilization": found["modelFlopsUtilization"],
            "peakBytes": found["peakMemoryBytes"] if self.machine.device == "cuda" else None,
            "planBytes": self.plan.total,
            "model": self.model.config.model_type,
            "firstLoss": first.loss,
            "note": "; ".join(note for note in notes if note),
        }


def trainer(size):
    yield Trained(size).row("trainer")


def trainer_compiled(size):
    yield Trained(size, compiles=True).row("trainer, compiled")


def checkpointing(size):
    yield Trained(size, gradient_checkpointing="on").row("trainer, gradient checkpointing")


def moments(size):
    if not has_8bit():
        raise Skipped("bitsandbytes is not installed")
    yield Trained(size, optimizer="adamw-8bit").row("trainer, 8-bit moments")


def varlen(size):
    if Machine("bf16").device != "cuda":
        raise Skipped("variable-length FlashAttention needs an NVIDIA GPU")
    yield Trained(size, attention="varlen").row("trainer, varlen attention", note_of_check(size, "varlen", from_scratch))


def flex(size):
    """Beside `sdpa` on a Llama of the same layers and width: transformers has no flex_attention for GPT-2."""
    if Machine("bf16").device != "cuda":
        yield {"name": "flex attention, forward only", "note": note_of_check(size, "flex", llama)}
        raise Skipped("flex_attention cannot go backward on a CPU")
    yield Trained(size, make=llama).row("trainer, a Llama of that size")
    yield Trained(size, make=llama, attention="flex").row("the same, flex attention", note_of_check(size, "flex", llama))


def llama(layers, heads, width, split, context, _dropout):
    shape = {"num_hidden_layers": layers, "num_attention_heads": heads, "hidden_size": width, "intermediate_size": 2 * width}
    vocabulary = split.manifest["tokenizer"]["vocabularySize"]
    return LlamaForCausalLM(LlamaConfig(vocab_size=vocabulary, max_position_embeddings=context, attn_implementation="sdpa", **shape))


@torch.no_grad()
def note_of_check(size, attention, make):
    """How far the losses of a batch are from those with the dense mask, and whether documents stay apart, in two layers."""
    machine, split = Machine("bf16"), InventedData(size, 16 * size.context)
    data = PackedSplit(split, size.context, {PERSONA: 1.0})
    nats = {}
    for name in ("dense", attention):
        torch.manual_seed(1)
        model = make(2, size.heads, size.width, split, size.context, 0.0).to(machine.device).eval()
        if name == "flex":
            model.set_attn_implementation("flex_attention")  # `use_attention` refuses it where it cannot go backward.
        else:
            use_attention(model, name, machine)
        check_documents_are_apart(model, name, size.context, machine)
        with machine.autocast():
            nats[name] = nats_of_targets(model, with_attention(data.batch([0, 1]), name, machine.device))
    return f"losses within {(nats['dense'] - nats[attention]).abs().max().item():.0e} nats of the dense mask's"


def plain(size, compiles=False):
    name = "plain loop, compiled" if compiles else "plain loop"
    machine = Machine("bf16")
    if compiles and (missing := missing_to_compile(machine.device)):
        raise Skipped(f"this machine lacks {' and '.join(missing)}")
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(1)
    split = InventedData(size, 64 * size.rows * size.context)
    with torch.device(machine.device):
        model = PlainGPT(size.layers, size.heads, size.width, size.vocabulary, size.context)
    micro_batch = rows_as_planned(size, machine)
    while True:
        steps = steps_of(model, split.ids, machine, size.context, size.rows, micro_batch, compiles)
        try:
            yield row_of_plain(name, size, model, machine, steps, micro_batch)
            return
        except torch.OutOfMemoryError:
            if micro_batch == 1:
                raise
        model.zero_grad(set_to_none=True)
        torch.cuda.empty_cache()
        micro_batch //= 2


def rows_as_planned(size, machine):
    """As many rows at once as the trainer has, so that both do the same work at a time."""
    split = InventedData(size, size.context)
    with torch.device("meta"):
        model = from_scratch(size.layers, size.heads, size.width, split, size.context, 0.0)
    use_attention(model, "sdpa", machine)
    work = Work(model, None, size.context, size.rows, machine, free_memory(machine.device, model))
    return plan_memory(work, choices_of(), has_8bit()).micro_batch


def row_of_plain(name, size, model, machine, steps, micro_batch):
    started = time.monotonic()
    next(steps)
    next(steps)
    wait(machine)
    warmed_up, seconds, count = time.monotonic() - started, 0.0, 0
    while seconds < size.seconds:
        before = time.monotonic()
        next(steps)
        wait(machine)
        seconds, count = seconds + time.monotonic() - before, count + 1
    speed = count * size.rows * size.context / seconds
    return {
        "name": name,
        "tokensPerSecond": speed,
        "utilization": speed * model.flops_of_a_token(size.context) / peak_flops(machine.device, "bf16", None)[0],
        "peakBytes": peak_memory("cuda") if machine.device == "cuda" else None,
        "note": f"{micro_batch} rows at once; warm after {warmed_up:.0f} s",
    }


def plain_compiled(size):
    yield from plain(size, compiles=True)


def resuming(size):
    """Losses after a checkpoint against those of the same steps without one, in bf16 and with dropout."""
    steps, half = 6, 3
    whole = Trained(size, dropout=0.1, layers=size.layers_to_resume)
    losses = []
    with tempfile.TemporaryDirectory(prefix="persona-bench-") as folder:
        for number in range(steps):
            if number == half:
                started = time.monotonic()
                checkpoints.save(Path(folder) / "step-3", checkpoints.state_of(whole.model, whole.maker.optimizer, None), {"step": half})
                saved = time.monotonic() - started
            losses.append(whole.step(number)[0].loss)
        micro_batch = whole.maker.micro_batch
        del whole
        again = Trained(size, dropout=0.1, layers=size.layers_to_resume, micro_batch=micro_batch)
        started = time.monotonic()
        checkpoints.load_weights(Path(folder) / "step-3", again.model)
        checkpoints.load_optimizer(Path(folder) / "step-3", again.maker.optimizer)
        loaded = time.monotonic() - started
        size_on_disk = sum(path.stat().st_size for path in Path(folder).rglob("*.safetensors"))
    resumed = [again.step(number)[0].loss for number in range(half, steps)]
    furthest = max(abs(a - b) for a, b in zip(losses[half:], resumed))
    speed = f"{size_on_disk / 1e9:.1f} GB saved in {saved:.1f} s, read in {loaded:.1f} s"
    same = "the same to the last bit" if furthest == 0 else f"at most {furthest:.0e} nats apart"
    yield {"name": f"resume in bf16, {size.layers_to_resume} of {size.layers} layers", "note": f"losses of {steps - half} steps {same}; {speed}"}


@torch.no_grad()
def generating(size):
    """transformers' own `generate` with weights in bf16, as `persona eval` has no GGUF to ask."""
    machine, split = Machine("bf16"), InventedData(size, 16 * size.context)
    with torch.device(machine.device):
        model = from_scratch(size.layers, size.heads, size.width, split, size.context, 0.0).to(torch.bfloat16).eval()
    for rows in (1, 8):
        ids = torch.randint(1, size.vocabulary, (rows, size.prompt), device=machine.device)
        ask = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "do_sample": True, "top_k": min(200, size.vocabulary)}
        ask |= {"pad_token_id": 0, "min_new_tokens": size.answer, "max_new_tokens": size.answer}
        model.generate(**{**ask, "min_new_tokens": 2, "max_new_tokens": 2})
        wait(machine)
        started = time.monotonic()
        model.generate(**ask)
        wait(machine)
        seconds = time.monotonic() - started
        yield {
            "name": f"generate, {rows} {'row' if rows == 1 else 'rows'}",
            "tokensPerSecond": rows * size.answer / seconds,
            "peakBytes": peak_memory("cuda") if machine.device == "cuda" else None,
            "note": f"{size.answer} tokens behind {size.prompt}",
        }


def forget_peak(machine):
    """What an earlier model of this process took is none of the next one's."""
    gc.collect()
    if machine.device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def wait(machine):
    if machine.device == "cuda":
        torch.cuda.synchronize()

"""What `gpu.py` measures, part by part: each a function that yields rows of its table, in a process of its own."""

import tempfile
import time
from collections import namedtuple
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from gpu_training import Skipped, Trained, check_can_compile, peak_of_gpu, plan_of, timed, warm_up
from invented_data import InventedData
from plain_loop import PlainGPT, steps_of
from trainer import checkpoints
from trainer.attention import use_attention, with_attention
from trainer.leak_check import check_documents_are_apart
from trainer.loss import nats_of_targets
from trainer.machine import Machine
from trainer.models import from_scratch
from trainer.optimizer import has_8bit
from trainer.packing import PackedSplit
from trainer.record import peak_flops
from trainer.shards import PERSONA

# `rows` of a step; `seconds` that speed is measured for, after two steps that warm up; `layers_to_resume` of the model whose
# checkpoint is written, as the whole one's would take a minute of disk.
Size = namedtuple("Size", "layers heads width vocabulary context rows seconds layers_to_resume prompt answer")
LARGE = Size(36, 20, 1280, 50_257, 1024, 32, 10, 4, 512, 128)
SMALL = Size(1, 2, 32, 97, 64, 4, 0.2, 1, 16, 8)


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
    if compiles:
        check_can_compile(machine)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(1)
    split = InventedData(size, 64 * size.rows * size.context)
    with torch.device(machine.device):
        model = PlainGPT(size.layers, size.heads, size.width, size.vocabulary, size.context)
    micro_batch = rows_as_planned(size, split, machine)
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


def rows_as_planned(size, split, machine):
    """As many rows at once as the trainer has, so that both do the same work at a time."""
    with torch.device("meta"):
        model = from_scratch(size.layers, size.heads, size.width, split, size.context, 0.0)
    use_attention(model, "sdpa", machine)
    return plan_of(size, model, machine).micro_batch


def row_of_plain(name, size, model, machine, steps, micro_batch):
    step = lambda _: next(steps)
    _, warm_up_seconds = warm_up(step, machine)
    seconds = [seconds for _, seconds in timed(step, size.seconds, machine)]
    speed = len(seconds) * size.rows * size.context / sum(seconds)
    return {
        "name": name,
        "tokensPerSecond": speed,
        "utilization": speed * model.flops_of_a_token(size.context) / peak_flops(machine.device, "bf16", None)[0],
        "peakBytes": peak_of_gpu(machine),
        "note": f"{micro_batch} rows at once; warm after {warm_up_seconds:.0f} s",
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
        machine.wait()
        started = time.monotonic()
        model.generate(**ask)
        machine.wait()
        seconds = time.monotonic() - started
        yield {
            "name": f"generate, {rows} {'row' if rows == 1 else 'rows'}",
            "tokensPerSecond": rows * size.answer / seconds,
            "peakBytes": peak_of_gpu(machine),
            "note": f"{size.answer} tokens behind {size.prompt}",
        }

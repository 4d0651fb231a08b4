"""The trainers that `train.py` compares: each a generator that makes one optimiser step and says what went in."""

import importlib.util
import itertools
import re
import tempfile
import threading
import types
from queue import Queue

import numpy as np
import torch

ROWS_A_STEP = 4  # micro-batches, for each of them


def persona(arguments):
    from trainer.attention import use_attention
    from trainer.distributed import Team
    from trainer.machine import Machine
    from trainer.optimizer import make_optimizer
    from trainer.options import parse
    from trainer.packing import PackedSplit
    from trainer.runtime import Runtime
    from trainer.shards import NEXT_SPEAKER, PERSONA, Shards
    from trainer.step import StepMaker
    from trainer.trained_model import TrainedModel, prepare_blocks

    words = ["--shards", arguments.shards, "--run", ".", "--base", arguments.base, "--lora-dropout", "0", "--dropout", "0"]
    words += ["--context-length", arguments.context_length, *(["--lora"] if arguments.lora else [])]
    options = parse("", [str(word) for word in words])
    machine = Machine(arguments.precision)
    shards = Shards(arguments.shards)
    model = TrainedModel(options, shards, machine).fresh().to(machine.device)
    go_on = types.SimpleNamespace(requested=False)
    runtime = Runtime(machine, Team(), use_attention(model, arguments.attention, machine), go_on)
    prepare_blocks(model, False, arguments.compile)
    data = PackedSplit(shards.train, arguments.context_length, {PERSONA: 1.0, NEXT_SPEAKER: 0.1})
    optimizer = make_optimizer("adamw", [p for p in model.parameters() if p.requires_grad], 1e-4, 0.01)
    micro = arguments.micro_batch
    maker = StepMaker(model, data, optimizer, runtime, micro, seed=1, clip=1.0, one_shape=arguments.compile)
    order = itertools.cycle(torch.randperm(len(data), generator=torch.Generator().manual_seed(1)).tolist())
    for number in itertools.count():
        rows = list(itertools.islice(order, micro * ROWS_A_STEP))
        step = maker.make(number, rows, 1e-4, print)
        yield {"tokens": step.slots, "usefulTokens": step.tokens, "facts": {"fill": data.fill}}


def nanogpt(arguments):
    """nanoGPT's model and its loop: random pieces of train.bin, accumulation, clipping, its own AdamW."""
    from trainer.machine import Machine
    from trainer.shards import Shards

    spec = importlib.util.spec_from_file_location("nanogpt_model", arguments.nanogpt / "model.py")
    code = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(code)
    machine, shards, context = Machine(arguments.precision), Shards(arguments.shards), arguments.context_length
    layers, heads, width = map(int, re.match(r"scratch:(\d+)x(\d+)x(\d+)", arguments.base).groups())
    shape = {"n_layer": layers, "n_head": heads, "n_embd": width, "block_size": context, "dropout": 0.0, "bias": True}
    model = code.GPT(code.GPTConfig(vocab_size=shards.manifest["tokenizer"]["vocabularySize"], **shape)).to(machine.device)
    optimizer = model.configure_optimizers(0.01, 1e-4, (0.9, 0.95), machine.device)
    run = torch.compile(model) if arguments.compile else model
    generator = np.random.default_rng(1)
    ids = shards.train.ids
    while True:
        for _ in range(ROWS_A_STEP):
            at = generator.integers(0, len(ids) - context, arguments.micro_batch)
            pieces = np.stack([ids[start : start + context + 1].astype(np.int64) for start in at])
            pieces = torch.from_numpy(pieces).to(machine.device)
            with machine.autocast():
                _, loss = run(pieces[:, :-1].contiguous(), pieces[:, 1:].contiguous())
            (loss / ROWS_A_STEP).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        tokens = ROWS_A_STEP * arguments.micro_batch * context
        yield {"tokens": tokens, "usefulTokens": tokens}


def hugging_face(arguments):
    """transformers' Trainer as its examples use it: conversations cut at the context, padded to the longest of a batch."""
    from trainer.machine import Machine
    from trainer.options import parse
    from trainer.shards import Shards
    from trainer.trained_model import TrainedModel
    from transformers import Trainer, TrainerCallback, TrainingArguments

    words = ["--shards", arguments.shards, "--run", ".", "--base", arguments.base, "--lora-dropout", "0", "--dropout", "0"]
    words += ["--context-length", arguments.context_length, *(["--lora"] if arguments.lora else [])]
    machine, shards = Machine(arguments.precision), Shards(arguments.shards)
    model = TrainedModel(parse("", [str(word) for word in words]), shards, machine).fresh()
    turns, sizes, results = Queue(), Queue(), Queue()

    def pad(examples):
        longest = max(len(ids) for ids, _ in examples)
        ids = torch.zeros(len(examples), longest, dtype=torch.long)
        labels, mask = torch.full_like(ids, -100), torch.zeros_like(ids)
        for row, (tokens, codes) in enumerate(examples):
            ids[row, : len(tokens)] = torch.from_numpy(tokens.astype(np.int64))
            labels[row, : len(tokens)] = torch.where(torch.from_numpy(codes == 1), ids[row, : len(tokens)], -100)
            mask[row, : len(tokens)] = 1
        sizes.put({"tokens": ids.numel(), "usefulTokens": int(mask.sum())})  # In the order in which they are trained on.
        return {"input_ids": ids, "labels": labels, "attention_mask": mask}

    class Turns(TrainerCallback):
        def on_step_begin(self, *_, **__):
            turns.get()

        def on_step_end(self, *_, **__):
            results.put(sizes.get())

    split, most = shards.train, arguments.context_length
    examples = [(split.ids[a : min(b, a + most)], split.mask[a : min(b, a + most)]) for a, b, _ in split.conversations()]
    settings = TrainingArguments(
        output_dir=tempfile.mkdtemp(prefix="persona-bench-"),
        per_device_train_batch_size=arguments.padded_batch,
        max_steps=10**6,
        bf16=machine.precision == "bf16",
        use_cpu=machine.device == "cpu",
        torch_compile=arguments.compile,
        optim="adamw_torch_fused",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        logging_strategy="no",
        dataloader_pin_memory=False,
        remove_unused_columns=False,
    )
    trainer = Trainer(model=model, args=settings, train_dataset=examples, data_collator=pad, callbacks=[Turns()])
    threading.Thread(target=trainer.train, daemon=True).start()
    while True:
        turns.put("go")
        yield results.get()


CONTENDERS = {"persona": persona, "nanogpt": nanogpt, "hugging-face": hugging_face}

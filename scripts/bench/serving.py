"""What `persona bench serve` holds the engine against, and the models that both compute with.

    .venv/bin/python scripts/bench/serving.py make DIR --base scratch:36x20x1280 --types q8_0 f16
    .venv/bin/python scripts/bench/serving.py generate DIR/model --tokens 32

`make` writes a GPT-2 with random weights: as a folder, and as a GGUF file of each type. `generate` draws from the folder with Hugging
Face's own `generate`, and measures how fast memory is read. What is said is JSON, a line each.
"""

import argparse
import sys
import time
import types
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))

import torch

from trainer.events import open_event_stream
from trainer.machine import Machine
from trainer.model_files import save_model, write_gguf
from trainer.models import SCRATCH, from_scratch

GIGABYTE = 10**9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    make_parser = commands.add_parser("make")
    make_parser.add_argument("folder", type=Path)
    make_parser.add_argument("--base", required=True)
    make_parser.add_argument("--tokenizer", type=Path, required=True, help="folder of the tokeniser")
    make_parser.add_argument("--types", nargs="+", default=["q8_0"])
    generate_parser = commands.add_parser("generate")
    generate_parser.add_argument("folder", type=Path)
    generate_parser.add_argument("--prompt", type=int, default=32, help="ids of the prompt")
    generate_parser.add_argument("--tokens", type=int, default=32)
    generate_parser.add_argument("--gigabytes", type=float, default=1, help="memory to read")
    generate_parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    emit = open_event_stream()
    torch.manual_seed(1)
    with torch.inference_mode():
        globals()[arguments.command](arguments, emit)


def make(arguments, emit):
    model = arguments.folder / "model"
    if not model.exists():
        layers, heads, width = map(int, SCRATCH.match(arguments.base).groups())
        manifest = {"endOfConversation": 50256, "tokenizer": {"vocabularySize": 50257}}
        shards = types.SimpleNamespace(directory=arguments.tokenizer, manifest=manifest)
        save_model(from_scratch(layers, heads, width, shards).to(torch.bfloat16), model, shards)
    for type in arguments.types:
        out = arguments.folder / f"{type}.gguf"
        if not out.exists():
            write_gguf(model, out, type)
        emit("made", file=str(out), bytes=out.stat().st_size)


def generate(arguments, emit):
    """As fast as this machine does it: in bf16 where it is quick at that, as the trainer chooses."""
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    emit("bandwidth", bytesPerSecond=bandwidth(arguments.gigabytes))
    from transformers import AutoModelForCausalLM

    dtype = Machine().dtype
    model = AutoModelForCausalLM.from_pretrained(arguments.folder, dtype=dtype, use_safetensors=True).eval()
    prompt = torch.randint(model.config.vocab_size, (1, arguments.prompt))

    def seconds(tokens):
        started = time.monotonic()
        model.generate(prompt, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, pad_token_id=0)
        return time.monotonic() - started

    seconds(2)
    # The difference leaves out the prompt and what every call costs.
    took = seconds(arguments.tokens + 1) - seconds(1)
    emit("generated", tokensPerSecond=arguments.tokens / took, dtype=str(dtype).removeprefix("torch."))


def bandwidth(gigabytes):
    """Bytes that all cores read in a second, of an array that no cache holds."""
    data = torch.ones(int(gigabytes * GIGABYTE) // 8, dtype=torch.float64)

    def seconds():
        started = time.monotonic()
        data.sum()
        return time.monotonic() - started

    return data.nbytes / min(seconds() for _ in range(5))


if __name__ == "__main__":
    main()

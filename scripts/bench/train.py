"""Trains the same model on the same data with several trainers in turn, and says how fast each is.

    .venv/bin/python scripts/bench/train.py --shards data/shards/ID --base scratch:6x6x384 --nanogpt ../nanoGPT
    .venv/bin/python scripts/bench/train.py --shards data/shards/ID --base .cache/smollm2-135m --lora --context-length 256

- `persona`: this project's steps. Packed rows, loss on the targets.
- `nanogpt`: the model and the loop of nanoGPT, from a folder of yours: rows cut anywhere, loss on every token.
- `hugging-face`: transformers' Trainer on conversations padded to the longest of 8.

Each is a process of its own; they take turns, one at a time, so that a busy machine is busy for all of them. Prints a JSON
line a turn, {"type": "turn", trainer, seconds, cpuSeconds, tokens, usefulTokens}, then one with each one's median and peak
memory. `tokens` counts every slot of a batch, `usefulTokens` those that are not padding. Where other programs run on the same
cores, a trainer's own processor time (`cpuSeconds`) says more than the clock.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from contenders import CONTENDERS
from trainer.events import open_event_stream


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--base", default="scratch:6x6x384")
    parser.add_argument("--lora", action="store_true", help="train adapters; without nanoGPT, which has none")
    parser.add_argument("--nanogpt", type=Path, help="a checkout of nanoGPT; left out when not given")
    parser.add_argument("--context-length", type=int, default=1024)
    parser.add_argument("--micro-batch", type=int, default=2, help="rows at once, for persona and nanoGPT")
    parser.add_argument("--padded-batch", type=int, default=8, help="conversations at once, for the padded trainer")
    parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    parser.add_argument("--attention", default="auto")
    parser.add_argument("--compile", action="store_true", help="for all of them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=2, help="optimiser steps a turn")
    parser.add_argument("--trainers", default="persona,nanogpt,hugging-face")
    parser.add_argument("--as", dest="contender", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    emit = open_event_stream()
    if arguments.contender:
        contend(arguments, emit)
    else:
        compare(arguments, emit)


def compare(arguments, emit):
    names = [name for name in arguments.trainers.split(",") if name in CONTENDERS]
    if not arguments.nanogpt or arguments.lora or not arguments.base.startswith("scratch:"):
        names = [name for name in names if name != "nanogpt"]
    children = {name: start(name) for name in names}
    turns = {name: [] for name in names}
    for name in names:
        turn(children[name])  # Warms up: compilation, first moments, page faults.
    for _ in range(arguments.rounds):
        for name in names:
            done = turn(children[name])
            turns[name].append(done)
            emit("turn", trainer=name, **done)
    for child in children.values():
        child.stdin.close()
        child.wait()
    emit("compared", trainers={name: summarise(done) for name, done in turns.items()}, fill=turns[names[0]][0].get("fill"))


def start(name):
    command = [sys.executable, __file__, "--as", name, *sys.argv[1:]]
    # As finetune.py has it before it imports torch; the others are as their users start them.
    own = {"OMP_WAIT_POLICY": "PASSIVE"} if name == "persona" else {}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**own, **os.environ})


def turn(child):
    child.stdin.write("go\n")
    child.stdin.flush()
    line = child.stdout.readline()
    if not line:
        raise SystemExit(f"A trainer ended with exit code {child.wait()}; see its words above.")
    done = json.loads(line)
    done.pop("type")
    return done


def summarise(turns):
    return {
        "tokensPerSecond": statistics.median(each["tokens"] / each["seconds"] for each in turns),
        "usefulTokensPerSecond": statistics.median(each["usefulTokens"] / each["seconds"] for each in turns),
        "usefulTokensPerCpuSecond": statistics.median(each["usefulTokens"] / each["cpuSeconds"] for each in turns),
        "peakBytes": max(each["peakBytes"] for each in turns),
    }


def contend(arguments, emit):
    """Makes steps whenever a line comes in."""
    facts = {}
    steps = CONTENDERS[arguments.contender](arguments)
    for _ in sys.stdin:
        started, cpu_started, tokens, useful = time.perf_counter(), time.process_time(), 0, 0
        for _ in range(arguments.steps):
            done = next(steps)
            tokens += done["tokens"]
            useful += done["usefulTokens"]
            facts = done.get("facts", facts)
        took = {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu_started}
        emit("done", **took, tokens=tokens, usefulTokens=useful, peakBytes=peak_bytes(), **facts)


def peak_bytes():
    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()

"""Stands in for the trainer where the queue's own speed is measured: says when it started, then so many steps.

    .venv/bin/python scripts/bench/say_events.py --events 2000
"""

import time

started = time.time()

import argparse
import json

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--events", type=int, default=1)
arguments, _ = parser.parse_known_args()


def emit(type, **fields):
    print(json.dumps({"type": type, **fields}), flush=True)


emit("phase", name="loading", startedAt=started)
for step in range(1, arguments.events + 1):
    emit(
        "step", step=step, totalSteps=arguments.events, loss=1 / step, learningRate=1e-3, tokensPerSecond=1000.0,
        memoryBytes=1_000_000,
    )
emit("finished", steps=arguments.events, bestStep=0, bestLoss=1.0, firstLoss=2.0, seconds=1.0, stopped=False)

"""Says how many tokens a second this machine trains on: a few steps of a LoRA run, without data and without a result.

    .venv/bin/python scripts/measure_speed.py --base .cache/smollm2-135m

Prints one JSON line: {"type": "speed", tokensPerSecond}. The first step, which warms up caches and threads, does not count.
"""

import argparse
import os
import time

# As in finetune.py: OpenMP's threads would otherwise spin while others wait for the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from trainer.events import open_event_stream
from trainer.machine import Machine


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, help="folder of a model")
    parser.add_argument("--rows", type=int, default=2, help="rows of a micro-batch")
    parser.add_argument("--context-length", type=int, default=256, help="tokens a row")
    parser.add_argument("--seconds", type=float, default=4, help="time to measure for")
    arguments = parser.parse_args()
    emit = open_event_stream()
    emit("speed", tokensPerSecond=measure(arguments))


def measure(arguments):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    machine = Machine()
    model = AutoModelForCausalLM.from_pretrained(arguments.base, dtype=torch.float32, use_safetensors=True)
    model = get_peft_model(model.to(machine.device), LoraConfig(target_modules="all-linear"))
    shape = (arguments.rows, arguments.context_length)
    ids = torch.randint(model.config.vocab_size, shape, device=machine.device)

    def step():
        with machine.autocast():
            model(input_ids=ids, labels=ids).loss.backward()
        machine.wait()

    step()
    started, steps = time.monotonic(), 0
    while time.monotonic() - started < arguments.seconds:
        step()
        steps += 1
    return ids.numel() * steps / (time.monotonic() - started)


if __name__ == "__main__":
    main()

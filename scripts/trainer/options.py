"""The trainer's choices: every flag with its default, and what a preset of `models.py` sets differently."""

import argparse
import re
from pathlib import Path

from trainer.events import Problem
from trainer.models import preset_settings

CHOICE = ["auto", "on", "off"]


def parse(description, words=None):
    """Reads the command line; what was not given comes from the base's preset, else from here."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    # What is learned, and where it goes
    parser.add_argument("--shards", type=Path, required=True, help="folder of a data set")
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument("--base", required=True, help="preset, hub id, folder, or scratch:LxHxE (layers, heads, width)")
    parser.add_argument("--revision", help="commit of the hub's repository")
    parser.add_argument("--start-from", type=Path, metavar="DIR", help="model folder of another run, whose weights to go on from")
    parser.add_argument("--attempt", type=int, default=1, help="which attempt at the run this is; artifacts lie under it")
    parser.add_argument("--resume", action="store_true", help="go on from the newest whole checkpoint of any attempt")
    # Length
    parser.add_argument("--epochs", type=float, default=3, help="passes over the data at most; small data overfits in 2 to 3")
    parser.add_argument("--steps", type=int, help="optimiser steps at most, instead of epochs")
    parser.add_argument("--tokens-per-step", type=int, help="default: 32,768, or what makes 100 steps of the run")
    parser.add_argument("--context-length", type=int, help="tokens a row; default: the model's, at most 1,024")
    parser.add_argument("--micro-batch", type=int, help="rows at once; default: what fits; halved when memory runs out")
    # Optimiser
    parser.add_argument("--optimizer", choices=["adamw", "adamw-8bit"], help="default: adamw, 8-bit where only that fits")
    parser.add_argument("--learning-rate", type=float, help="peak; default: 3e-5, LoRA 2e-4, from scratch 1e-3")
    parser.add_argument("--schedule", choices=["cosine", "constant", "wsd"], default="cosine", help="wsd: warm up, stay, decay")
    parser.add_argument("--min-learning-rate-share", type=float, default=0.1, help="of the peak, at the end of the schedule")
    parser.add_argument("--warmup-share", type=float, default=0.03, help="of all steps")
    parser.add_argument("--decay-share", type=float, default=0.2, help="of all steps, at the end of wsd")
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--clip", type=float, default=1.0, help="largest norm of the gradients")
    parser.add_argument("--ema-decay", type=float, help="average the weights over the steps and keep the average, e.g. 0.99")
    # What is trained, and what counts
    parser.add_argument("--lora", action=argparse.BooleanOptionalAction, help="train low-rank adapters instead of all weights")
    parser.add_argument("--lora-rank", type=int, default=16)
    parser.add_argument("--lora-alpha", type=float, help="default: twice the rank; with --rslora twice its root")
    parser.add_argument("--lora-dropout", type=float, default=0.05)
    parser.add_argument("--rslora", action="store_true", help="scale adapters by alpha / sqrt(rank)")
    parser.add_argument("--dora", action="store_true", help="learn the magnitude of each adapted weight apart from its direction")
    parser.add_argument("--train-layers", default="all", help="all, or last:N for the last N blocks and the final norm")
    parser.add_argument("--dropout", type=float, help="in the model itself; default: what its configuration says")
    parser.add_argument("--next-speaker-weight", type=float, default=0.1, help="of predicting who speaks next, against 1 a word")
    # Evaluation and saving
    parser.add_argument("--evaluate-every", type=int, help="steps; default: ten times a run, less often where measuring costs more than training")
    parser.add_argument("--evaluation-rows", type=int, default=256, help="rows of the hold-out to measure on, at most")
    parser.add_argument("--patience", type=int, default=3, help="evaluations without a better one before it stops")
    parser.add_argument("--save-every-minutes", type=float, default=10, help="what being killed can cost at most")
    # Result
    parser.add_argument("--no-export", action="store_true", help="leave out the merged model and the GGUF")
    kinds = ["q8_0", "f16", "both", "none"]
    parser.add_argument("--gguf", choices=kinds, default="q8_0", help="model.gguf is Q8_0, model-f16.gguf F16")
    parser.add_argument("--agreement-positions", type=int, default=5000, help="held-out positions to compare GGUFs on; 0: none")
    parser.add_argument("--price-per-hour", type=float, help="of this machine, for the cost in record.json")
    # Machine
    parser.add_argument("--seed", type=int, default=1337, help="of adapters, order of the data and dropout")
    parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    parser.add_argument("--attention", choices=["auto", "sdpa", "dense", "flex", "varlen"], default="auto")
    parser.add_argument("--gradient-checkpointing", choices=CHOICE, default="auto", help="auto: where memory asks for it")
    parser.add_argument("--compile", choices=CHOICE, default="auto", help="auto: on a GPU, for runs long enough to pay for it; on a CPU it gains 5 to 8 %%")
    parser.add_argument("--fsdp", choices=CHOICE, default="auto", help="share the weights out over the processes; auto: where one card is too small")
    parser.add_argument("--memory-limit-gb", type=float, help="plan for this much memory instead of what is free")
    parser.add_argument("--peak-tflops", type=float, help="of the device, for its utilisation; default: known or measured")
    parser.add_argument("--watch-parent", action="store_true", help="save and end when stdin closes")
    given = parser.parse_known_args(words)[0]
    preset = preset_settings(given.base)
    if preset.get("lora") and given.lora is False:
        preset = {}  # They are the settings of its adapters.
    parser.set_defaults(**preset)
    return complete(parser.parse_args(words))


def complete(arguments):
    """Fills in the defaults that follow from other choices, and refuses choices that contradict each other."""
    if arguments.lora is None:
        arguments.lora = False
    if arguments.learning_rate is None:
        is_new = arguments.base.startswith("scratch:") and not arguments.start_from
        arguments.learning_rate = 2e-4 if arguments.lora else 1e-3 if is_new else 3e-5
    if arguments.lora_alpha is None:
        arguments.lora_alpha = 2 * arguments.lora_rank**0.5 if arguments.rslora else 2 * arguments.lora_rank
    if (arguments.dora or arguments.rslora) and not arguments.lora:
        raise Problem("--dora and --rslora are kinds of LoRA", "Add --lora.")
    if arguments.lora and arguments.train_layers != "all":
        raise Problem("--train-layers chooses among the weights, and --lora trains none of them", "Leave one of the two out.")
    if not re.fullmatch(r"all|last:[1-9]\d*", arguments.train_layers):
        raise Problem(f"--train-layers {arguments.train_layers} is neither all nor last:N", "Use all, or for instance last:4.")
    if arguments.fsdp == "on" and arguments.optimizer == "adamw-8bit":
        raise Problem("--fsdp on shares the moments out, which 8-bit ones do not allow", "Leave out --optimizer adamw-8bit.")
    if arguments.ema_decay is not None and not 0 < arguments.ema_decay < 1:
        raise Problem(f"--ema-decay {arguments.ema_decay} is not between 0 and 1", "Use for instance 0.99.")
    return arguments

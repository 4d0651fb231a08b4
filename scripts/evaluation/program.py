"""How the programs that ask a finished run begin and end: their arguments, events on stdout, and what helps where they fail."""

import os
import sys
import traceback

from trainer.advice import advice_about
from trainer.choices import given_path
from trainer.events import open_event_stream
from trainer.run_folder import when_parent_dies


def add_arguments(parser, of_replies):
    """Of both programs. They have no defaults of their own: those are in `src/choices/`."""
    parser.add_argument("--run", type=given_path, required=True, help="folder of a finished run")
    parser.add_argument("--shards", type=given_path, required=True, help="folder of the data set that it was trained on")
    parser.add_argument("--seed", type=int, required=True, help="seed of the sampling")
    parser.add_argument("--temperature", type=float, required=True, help=of_replies)
    parser.add_argument("--top-p", type=float, required=True, help=of_replies)
    parser.add_argument("--min-p", type=float, required=True, help=of_replies)
    parser.add_argument("--max-tokens", type=int, required=True, help="maximum length of a reply")
    parser.add_argument("--watch-parent", action="store_true", help="end when stdin closes; what was measured stays")


def run_program(work, arguments, command):
    """`work(arguments, emit)`; `command` is what a person types to have it done again."""
    emit = open_event_stream()
    try:
        if arguments.watch_parent:
            when_parent_dies(lambda: os._exit(1))  # At once: each file is whole or not there.
        work(arguments, emit)
    except Exception as error:
        explain(error, command, emit)
        sys.exit(1)


def explain(error, command, emit):
    """Says what a person can do about an error; where that is nothing, how it came about."""
    advice = advice_about(error, command, f"Free some of it, then: {command}")
    if advice is None:
        traceback.print_exc()
    else:
        emit("failed", reason=advice[0], fix=advice[1])

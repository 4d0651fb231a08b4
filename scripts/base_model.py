"""Finds a base model, downloading it on first need, and says where it lies.

    .venv/bin/python scripts/base_model.py gpt2-large

Prints one JSON line: {"type": "resolved", "name", "directory", "revision", "lora"} or {"type": "failed", …}.
`lora` says that a preset trains adapters unless it is told otherwise.
"""

import argparse
import sys

from trainer.bases import preset_settings, resolve
from trainer.events import Problem, open_event_stream


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="a preset, a hub id, a folder or a GGUF file")
    parser.add_argument("--revision", help="commit of the hub's repository")
    parser.add_argument("--with-weights", action="store_true", help="advise no random weights where it is not found")
    arguments = parser.parse_args()
    emit = open_event_stream()
    try:
        directory, revision = resolve(arguments.name, arguments.revision, arguments.with_weights)
    except Problem as problem:
        emit("failed", reason=problem.reason, fix=problem.fix)
        sys.exit(1)
    emit(
        "resolved",
        name=arguments.name,
        directory=str(directory),
        revision=revision,
        lora=preset_settings(arguments.name).get("lora", False),
    )


if __name__ == "__main__":
    main()

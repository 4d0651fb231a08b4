"""Models as files: folders that transformers reads, and GGUF files that the engine does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from trainer import engine
from trainer.bases import TOKENIZER_FILES
from trainer.events import Problem
from trainer.models import use_known_gelu

GGUF_FILES = {"q8_0": "model.gguf", "f16": "model-f16.gguf"}


def save_model(model, directory, shards):
    """Writes a folder that transformers, vLLM and llama.cpp's converter can read; aside, then renamed."""
    aside = directory.with_name(f"{directory.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    use_known_gelu(model.config)
    model.save_pretrained(aside)
    for name in TOKENIZER_FILES:
        if (shards.directory / name).exists():
            shutil.copyfile(shards.directory / name, aside / name)
    shutil.rmtree(directory, ignore_errors=True)
    aside.rename(directory)


def write_gguf(directory, out, kind, base=None):
    """Converts a model's folder, or that of an adapter to `base`.

    The converter is a program of its own, because it changes the interpreter it runs in.
    """
    script = Path(__file__).parents[1] / "export_gguf.py"
    command = [sys.executable, script, directory, out, "--type", kind, *(["--base", base] if base else [])]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode == 0:
        return
    print(result.stdout[-2000:], file=sys.stderr)
    raise refusal_of_converter(result.stdout, result.returncode)


def refusal_of_converter(said, exit_code):
    if no_architecture := re.search(r"Model (\w+) is not supported", said):
        return Problem(f"llama.cpp, which serves personas, has no {no_architecture[1]}", engine.INSTEAD)
    last = said.strip().splitlines()[-1:] or [f"exit code {exit_code}"]
    return Problem(f"llama.cpp's converter cannot write this model as GGUF ({last[0][:200]})", engine.INSTEAD)

"""Writes a model's folder, or an adapter's, as one GGUF file, with llama.cpp's own converter.

    .venv/bin/python scripts/export_gguf.py data/runs/RUN/model model.gguf --type q8_0
    .venv/bin/python scripts/export_gguf.py ADAPTER adapter.gguf --type f16 --base data/runs/RUN/model

The converter is the one that node-llama-cpp ships with its engine, so both are of one age.
"""

import argparse
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

from trainer.choices import given_path
from trainer.converter import adjust
from trainer.events import Problem

PROJECT = Path(__file__).resolve().parent.parent
BUNDLE = PROJECT / "node_modules/node-llama-cpp/llama/gitRelease.bundle"
FOR_MODELS, FOR_ADAPTERS = "convert_hf_to_gguf.py", "convert_lora_to_gguf.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=given_path, help="folder with config.json, safetensors and tokenizer.json")
    parser.add_argument("out", type=given_path)
    parser.add_argument("--type", default="q8_0", choices=["f32", "f16", "bf16", "q8_0"])
    parser.add_argument("--base", type=given_path, help="the model is an adapter in peft's format; this folder has its base's config.json")
    arguments = parser.parse_args()
    try:
        export(arguments.model, arguments.out, arguments.type, arguments.base)
    except Problem as problem:
        raise SystemExit(f"{problem.reason}. {problem.fix}")


def export(model, out, type="q8_0", base=None):
    """Converts aside and renames, so that `out` is whole or not there."""
    aside = out.with_name(f"{out.name}.{os.getpid()}.tmp")
    try:
        convert(converter_folder(), model, aside, type, base)
        aside.rename(out)
    finally:
        aside.unlink(missing_ok=True)


def converter_folder():
    """llama.cpp's converter, checked out of the bundle once per version of it."""
    if not BUNDLE.exists():
        raise Problem(f"The GGUF converter is missing: there is no {BUNDLE}", f"Run npm ci in {PROJECT}, or use --gguf none.")
    folder = PROJECT / ".cache" / f"llama.cpp-{BUNDLE.stat().st_size}"
    if (folder / FOR_ADAPTERS).exists():
        return folder
    if shutil.which("git") is None:
        raise Problem(
            "git is missing, and the GGUF converter is unpacked with it",
            "Install it (Debian, Ubuntu: sudo apt install git), or use --gguf none.",
        )
    try:
        unpack(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"The GGUF converter could not be unpacked to {folder} ({error})", "Solve that, or use --gguf none.")
    return folder


def unpack(folder):
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    aside.parent.mkdir(exist_ok=True)
    subprocess.run(["git", "clone", "-q", "--no-checkout", str(BUNDLE), str(aside)], check=True)
    needed = [FOR_MODELS, FOR_ADAPTERS, "conversion", "gguf-py", "LICENSE"]
    subprocess.run(["git", "-C", str(aside), "checkout", "-q", "HEAD", "--", *needed], check=True)
    shutil.rmtree(aside / ".git")
    shutil.rmtree(folder, ignore_errors=True)  # Earlier versions left out what converts adapters.
    try:
        aside.rename(folder)
    except OSError:
        shutil.rmtree(aside)  # Another process was faster.


def convert(converter, model, out, type, base=None):
    sys.path[:0] = [str(converter), str(converter / "gguf-py")]
    adjust(has_vocabulary=base is None)
    script, extra = (FOR_ADAPTERS, ["--base", str(base)]) if base else (FOR_MODELS, [])
    arguments, sys.argv = sys.argv, [script, str(model), "--outfile", str(out), "--outtype", type, *extra]
    try:
        runpy.run_path(str(converter / script), run_name="__main__")
    except SystemExit as end:
        if end.code:
            raise
    finally:
        sys.argv = arguments


if __name__ == "__main__":
    main()

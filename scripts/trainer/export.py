"""From the best checkpoint to what is served: a plain model with adapters merged, GGUF files, and how near they are."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import torch

from trainer import agreement
from trainer import checkpoints
from trainer import engine
from trainer.bases import TOKENIZER_FILES
from trainer.events import Problem, warning_to
from trainer.model_card import write_card
from trainer.models import use_known_gelu
from trainer.sharding import is_sharded

GGUF_FILES = {"q8_0": "model.gguf", "f16": "model-f16.gguf"}


def export(run, recipe, model, progress, held_out, plan, device, emit):
    """Writes what the best checkpoint gives; returns how near each GGUF is to it."""
    arguments = recipe.arguments
    emit("phase", name="merging")
    if is_sharded(model):
        model = recipe.fresh()  # By itself, as the other processes are done, and not on a GPU, which is too small for it.
        checkpoints.load_weights(run.checkpoints / f"step-{progress.step}", model)
    best = run.checkpoints / f"step-{progress.best_step}"
    if progress.best_step > 0:
        if checkpoints.read_progress(best) is None:
            raise Problem(
                f"The best checkpoint, of step {progress.best_step}, is damaged",
                "persona runs resume RUN goes on with the best of those that are left.",
            )
        checkpoints.load_weights(best, model, averaged=True)
    else:
        emit("warning", message="No evaluation was better than the base: the last weights are exported.")
    merged = merge(model, recipe.fresh)
    save_model(merged, run.directory / "model", recipe.shards)
    found = export_ggufs(merged, run.directory, kinds_of(arguments.gguf), held_out, arguments.agreement_positions, device, emit)
    write_card(run.directory / "model/README.md", arguments, recipe.shards, plan, progress, found)
    return found


def kinds_of(gguf):
    return {"both": ["q8_0", "f16"], "none": []}.get(gguf, [gguf])


@torch.no_grad()
def merge(trained, fresh):
    """The model without adapters, in fp32: merging into bf16 weights would round the adapters away.

    `fresh` makes the same model anew with its base in fp32; a model without adapters is its own merge.
    """
    if not hasattr(trained, "peft_config"):
        return trained.to(torch.float32)
    adapters = checkpoints.trained(trained)
    model = fresh(torch.float32)
    parameters = dict(model.named_parameters())
    for name, value in adapters.items():
        parameters[name].copy_(value)
    return model.merge_and_unload()


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


def write_gguf(directory, out, kind):
    """Converts a model's folder; the converter is a program of its own, because it changes the interpreter it runs in."""
    script = Path(__file__).parents[1] / "export_gguf.py"
    command = [sys.executable, script, directory, out, "--type", kind]
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


def compare_where_there_is_room(model, other, split, positions, device):
    """On the GPU if two models fit it, else on the processor."""
    try:
        return agreement.compare(model, other, split, positions, device)
    except torch.OutOfMemoryError:
        if device == "cpu":
            raise
    torch.cuda.empty_cache()
    return agreement.compare(model, other, split, positions, "cpu")


def measure_agreement(model, path, split, positions, device):
    """How near a GGUF is to its model, or a sentence on why that was not measured: what is trained is published either way."""
    other = agreement.load_gguf(path, model.config)
    if other is None:
        return f"{path.name} cannot be read back in PyTorch: how near it is to the model was not measured."
    try:
        return compare_where_there_is_room(model, other, split, positions, device)
    except Exception as error:
        return f"{path.name} could not be compared with the model ({summary_of(error)})."


def summary_of(error):
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}" if str(error).strip() else type(error).__name__


def export_ggufs(model, directory, kinds, split, positions, device, emit):
    """Writes the GGUF files and measures each against the model; returns {kind: what was found}."""
    found, warn = {}, warning_to(emit)
    for kind in kinds:
        emit("phase", name="exporting")
        path = directory / GGUF_FILES[kind]
        write_gguf(directory / "model", path, kind)
        emit("phase", name="comparing")
        if engine.computes_something_else(model, path, first_ids(split), warn):
            warn(f"llama.cpp, which serves personas, computes something else with {path.name} than PyTorch with the model.")
        if positions == 0:
            continue
        measured = measure_agreement(model, path, split, positions, device)
        if isinstance(measured, str):
            warn(measured)
            continue
        found[kind] = measured
        if problem := agreement.shortfall(kind, measured):
            warn(problem)
    return found


def first_ids(packed, count=32):
    return packed.split.ids[:count].tolist()

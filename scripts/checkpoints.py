"""Checkpoints that are whole or not there: written aside, flushed, renamed, hashed. Tensors only, no pickle."""

import json
import os
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from shards import sha256_of


def save(directory, model, optimizer, progress, with_optimizer=True):
    """Saves what `load` needs to go on exactly from here into a new directory."""
    directory = Path(directory)
    aside = directory.with_name(f"{directory.name}.{os.getpid()}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    save_file(trainable(model), aside / "weights.safetensors")
    if with_optimizer:
        save_file(optimizer_tensors(optimizer), aside / "optimizer.safetensors")
    files = {path.name: sha256_of(path) for path in aside.iterdir()}
    (aside / "progress.json").write_text(json.dumps({**progress, "files": files}), "utf-8")
    for path in aside.iterdir():
        flush(path)
    if directory.exists():
        shutil.rmtree(directory)
    aside.rename(directory)
    flush(directory.parent)


def flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def trainable(model):
    """Weights that the optimiser changes; tied ones once."""
    return {name: p.detach().cpu().contiguous() for name, p in model.named_parameters() if p.requires_grad}


def optimizer_tensors(optimizer):
    tensors = {"random.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    for index, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"{index}.{name}"] = torch.as_tensor(value).detach().cpu().contiguous()
    return tensors


def newest(run):
    """The newest whole checkpoint with an optimiser of any attempt, or None; damaged ones are passed over."""
    found = sorted(Path(run).glob("attempt-*/checkpoints/step-*/progress.json"), key=order, reverse=True)
    for path in found:
        progress = read_progress(path.parent)
        if progress is not None and "optimizer.safetensors" in progress["files"]:
            return path.parent, progress
    return None


def order(path):
    return int(path.parent.name.split("-")[1]), int(path.parents[2].name.split("-")[1])


def read_progress(directory):
    """What a checkpoint says of itself; None when it is damaged."""
    try:
        progress = json.loads((directory / "progress.json").read_text("utf-8"))
        intact = all(sha256_of(directory / name) == hash for name, hash in progress["files"].items())
        return progress if intact else None
    except (OSError, ValueError, KeyError):
        return None


def load_weights(directory, model):
    weights = load_file(Path(directory) / "weights.safetensors")
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in weights.items():
            parameters[name].copy_(value)


def load_optimizer(directory, optimizer):
    tensors = load_file(Path(directory) / "optimizer.safetensors")
    torch.set_rng_state(tensors.pop("random.cpu"))
    cuda = tensors.pop("random.cuda", None)
    if cuda is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(cuda)
    state = {}
    for key, value in tensors.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def prune(directory, keep):
    """Removes all checkpoints of a directory but those named, and what a killed save left aside."""
    for path in Path(directory).glob("step-*"):
        if path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)

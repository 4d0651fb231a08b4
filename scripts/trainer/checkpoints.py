"""Checkpoints that are whole or not there: written aside, flushed, renamed, hashed. Tensors only, no pickle."""

import contextlib
import json
import os
import re
import shutil
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from trainer.disk_errors import is_full
from trainer.events import Problem
from trainer.sharding import fill, part_like, whole
from trainer.shards import sha256_of


def save(directory, tensors, progress):
    """Saves what is needed to go on exactly from here into a new directory; a failure leaves the earlier ones as they were.

    `tensors` are those of `state_of`.
    """
    directory = Path(directory)
    aside = directory.with_name(f"{directory.name}.{os.getpid()}.tmp")
    try:
        files = write(aside, tensors, progress)
        put_in_place(aside, directory, files)
    except (OSError, SafetensorError) as error:
        if not is_full(error):
            raise
        raise Problem(
            f"The disk is full: the checkpoint of step {progress['step']} could not be written, the earlier ones are whole",
            "Free some space, then: persona runs resume RUN",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write(aside, tensors, progress):
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, content in tensors.items():
        save_file(content, aside / f"{name}.safetensors")
    files = {path.name: sha256_of(path) for path in aside.iterdir()}
    (aside / "progress.json").write_text(json.dumps({**progress, "files": files}), "utf-8")
    for path in aside.iterdir():
        flush(path)
    return files


def put_in_place(aside, directory, files):
    """Renames what was written aside. Where the same tensors lie already, only what is said of them changes.

    A folder cannot be replaced at once as a file can: being killed in between would cost the checkpoint.
    """
    there = read_progress(directory)
    if there and there["files"] == files:
        (aside / "progress.json").replace(directory / "progress.json")
        flush(directory)
        return
    remove(directory)
    aside.rename(directory)
    flush(directory.parent)


def remove(directory):
    """What it says of itself goes first: when this is interrupted, what is left is no checkpoint, and no damaged one."""
    with contextlib.suppress(OSError):
        (directory / "progress.json").unlink()
    shutil.rmtree(directory, ignore_errors=True)


def flush(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def state_of(model, optimizer, average, keep=True):
    """All tensors of a checkpoint, whole and on the CPU, by file. Where weights are sharded, every process calls it.

    A process that does not `keep` them only gives its parts, and holds one whole tensor at a time.
    """
    tensors = {"weights": trained(model), "optimizer": optimizer_tensors(optimizer)}
    if average is not None:
        tensors["average"] = average.values
    return {file: whole_on_cpu(content, keep) for file, content in tensors.items()}


def whole_on_cpu(tensors, keep):
    found, storages = {}, set()
    for name, tensor in tensors.items():
        tensor = whole(tensor)
        if not keep:
            continue
        tensor = tensor.cpu().contiguous()
        is_shared = tensor.data_ptr() in storages  # Safetensors refuse that; 8-bit moments share their table of steps.
        found[name] = tensor.clone() if is_shared else tensor
        storages.add(tensor.data_ptr())
    return found


def trained(model):
    """Weights that the optimiser changes; tied ones once."""
    return {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}


def optimizer_tensors(optimizer):
    """What the optimiser knows of each weight. Not its `state_dict`: there bitsandbytes wraps 8-bit moments up."""
    states = [optimizer.state.get(parameter, {}) for parameter in parameters_of(optimizer)]
    return {f"{index}.{name}": torch.as_tensor(value).detach() for index, state in enumerate(states) for name, value in state.items()}


def parameters_of(optimizer):
    return [p for group in optimizer.param_groups for p in group["params"]]


def newest(run):
    """The newest whole checkpoint of any attempt and what it says of itself, or None; damaged ones are passed over."""
    for directory in reversed(all_of(run)):
        progress = read_progress(directory)
        if progress is not None:
            return directory, progress
    return None


def damaged(run):
    """Names of the checkpoints that are not what they were when they were written."""
    return [directory.name for directory in all_of(run) if read_progress(directory) is None]


PLACE = re.compile(r"attempt-(\d+)/checkpoints/step-(\d+)$")


def all_of(run):
    """The checkpoints of all attempts, by step, then attempt. What a killed save left aside is none, nor what is not ours."""
    paths = [path.parent for path in Path(run).glob("attempt-*/checkpoints/step-*/progress.json")]
    places = {path: match for path in paths if (match := PLACE.search(path.as_posix()))}
    return sorted(places, key=lambda path: (int(places[path][2]), int(places[path][1])))


def read_progress(directory):
    """What a checkpoint says of itself; None when it is damaged."""
    try:
        progress = json.loads((directory / "progress.json").read_text("utf-8"))
        intact = all(sha256_of(directory / name) == hash for name, hash in progress["files"].items())
        if not intact:
            return None
        return progress if "optimizer" in progress else {**progress, "optimizer": optimizer_by_its_moments(directory)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def optimizer_by_its_moments(directory):
    """Which optimiser wrote a checkpoint that does not say so, as those of earlier versions."""
    with safe_open(directory / "optimizer.safetensors", "pt") as file:
        return "adamw-8bit" if any(name.endswith(".state1") for name in file.keys()) else "adamw"


@torch.no_grad()
def load_weights(directory, model, averaged=False):
    """Brings back trained weights; with `averaged`, their average where the checkpoint has one."""
    directory = Path(directory)
    average = directory / "average.safetensors"
    weights = load_file(average if averaged and average.exists() else directory / "weights.safetensors")
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if {name: p.shape for name, p in parameters.items()} != {name: value.shape for name, value in weights.items()}:
        raise Problem(
            "The run's checkpoint is of another model, or trained other weights of it", "Start a new run with these options."
        )
    for name, value in weights.items():
        fill(parameters[name], value)


def load_optimizer(directory, optimizer):
    state = {}
    parameters = parameters_of(optimizer)
    for key, value in load_file(Path(directory) / "optimizer.safetensors").items():
        index, name = key.split(".", 1)
        parameter = parameters[int(index)]
        if value.shape == parameter.shape:
            value = part_like(parameter, value)
        elif value.dtype == torch.int64:
            value = value.item()  # The count of steps: bitsandbytes' is no tensor.
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def load_average(directory, average):
    for name, value in load_file(Path(directory) / "average.safetensors").items():
        fill(average.values[name], value)


def prune(directory, keep):
    """Removes all checkpoints of a directory but those named, and what a killed save left aside."""
    for path in Path(directory).glob("step-*"):
        if path.name not in keep:
            remove(path)


def whole_of(run, step):
    """The checkpoint of a step, of the newest attempt that has a whole one; None when there is none."""
    return next((path for path in reversed(all_of(run)) if path.name == f"step-{step}" and read_progress(path)), None)


def adopt(found, directory):
    """Brings a checkpoint of an earlier attempt into this one's directory, without copying its bytes where links work."""
    target = Path(directory) / found.name
    if found == target:
        return
    aside = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    shutil.copytree(found, aside, copy_function=link_or_copy)
    remove(target)
    aside.rename(target)


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def forget_earlier_attempts(run, attempt):
    """Removes the checkpoints of earlier attempts, once this one stands on its own."""
    for path in Path(run).glob("attempt-*/checkpoints"):
        if path.parent.name.split("-")[1].isdigit() and int(path.parent.name.split("-")[1]) < attempt:
            prune(path, keep=set())

"""From the best checkpoint to what is served: a plain model with adapters merged, GGUF files, and how near they are."""

import torch

from trainer import adapter, agreement, checkpoints, engine
from trainer.events import Problem, warning_to
from trainer.model_card import write_card
from trainer.model_files import GGUF_FILES, save_model, write_gguf
from trainer.sharding import is_sharded


def export(run, recipe, model, progress, held_out, plan, device, emit):
    """Writes what the best checkpoint gives; returns what the record says of it: how near each GGUF is, and of the adapter."""
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
    kinds = kinds_of(arguments.gguf)
    base = adapter.base_for(model, recipe, kinds)  # Before the merge: whole models one after the other.
    merged = merge(model, recipe.fresh)
    save_model(merged, run.directory / "model", recipe.shards)
    found = export_ggufs(merged, run.directory, kinds, held_out, arguments.agreement_positions, device, emit)
    write_card(run.directory / "model/README.md", arguments, recipe.shards, plan, progress, found)
    if base is None:
        return {"agreement": found}
    emit("phase", name="exporting the adapter")
    return {"agreement": found, "adapter": adapter.export_adapter(model, merged, base, run.directory, first_ids(held_out), warning_to(emit))}


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

"""What a run with adapters leaves beside its merged model: `adapter.gguf`, which the engine lays over its base's own GGUF.

Runs share the GGUF of their base: it is named by what is in it, and written by the first run that needs it. Every run can
be served from its merged model, so nothing that goes wrong here ends one.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file

from trainer import checkpoints, engine
from trainer.events import Problem, first_line
from trainer.model_files import GGUF_FILES, save_model, write_gguf

ADAPTER_FILE = "adapter.gguf"
SERVED_KIND = "q8_0"
# What a configuration says that is nothing to those who read the weights.
NOT_OF_THE_WEIGHTS = {"dtype", "transformers_version", "use_cache"}


def base_for(trained, recipe, kinds):
    """The GGUF that an adapter is laid over; a text where there is none, and None where there are no adapters."""
    if not hasattr(trained, "peft_config"):
        return None
    if SERVED_KIND not in kinds:
        return f"no {SERVED_KIND} file was asked for"
    if reason := why_it_is_no_adapter(trained):
        return reason
    try:
        return place_base(recipe.fresh, recipe.arguments.bases, recipe.shards)
    except Exception as error:
        return first_line(error)


def why_it_is_no_adapter(model):
    """Why the engine knows nothing like what was trained; None where it does."""
    trained = checkpoints.trained(model)
    if any("lora_magnitude_vector" in name for name in trained):
        return "DoRA also trains the length of every column, which llama.cpp's adapters do not hold"
    if others := [name for name in trained if ".lora_A." not in name and ".lora_B." not in name]:
        return f"weights besides the adapters were trained ({others[0]})"
    return None


def place_base(fresh, bases, shards):
    """The base's own GGUF, below `bases`; written when it is not there."""
    model = fresh(torch.float32).unload()
    path = bases / fingerprint(model, shards) / GGUF_FILES[SERVED_KIND]
    if path.exists():
        os.utime(path.parent)  # Pruning spares what was just needed.
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="model-") as folder:
        save_model(model, Path(folder) / "model", shards)
        del model
        write_gguf(Path(folder) / "model", path, SERVED_KIND)
    return path


def fingerprint(model, shards):
    """Of a base's settings, tokeniser and weights: two runs share a file only where all of them are the same."""
    settings = {name: value for name, value in model.config.to_dict().items() if counts(name)}
    found = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    found.update((shards.directory / "tokenizer.json").read_bytes())
    for name, tensor in sorted(model.state_dict().items()):
        found.update(name.encode())
        found.update(tensor.reshape(-1).contiguous().view(torch.uint8).numpy())
    return found.hexdigest()[:16]


def counts(setting):
    return not setting.startswith("_") and not setting.endswith(("pdrop", "dropout")) and setting not in NOT_OF_THE_WEIGHTS


def export_adapter(trained, merged, base, directory, ids, warn):
    """Writes the adapter of a run, and has the engine compare it over its base with the merged model; what the record says of it."""
    if isinstance(base, str):
        return {"missing": base}
    path = directory / ADAPTER_FILE
    try:
        write_adapter(trained, directory / "model", path)
        if engine.computes_something_else(merged, base, ids, warn, adapter=path):
            raise Problem("llama.cpp computes something else with it than PyTorch with the merged model", engine.INSTEAD)
    except Exception as error:
        path.unlink(missing_ok=True)
        return {"missing": first_line(error)}
    return {"base": base.parent.name, "bytes": path.stat().st_size}


def write_adapter(trained, model_folder, out):
    """Converts the adapters of a model, whose settings lie in `model_folder`."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="adapter-") as folder:
        folder = Path(folder)
        save_file(pairs_of(trained), folder / "adapter_model.safetensors")
        (folder / "adapter_config.json").write_text(json.dumps({"lora_alpha": alpha_of(trained)}), "utf-8")
        write_gguf(folder, out, "f16", base=model_folder)


def pairs_of(trained):
    """The adapters as peft saves them; those of a Conv1D the way its weight lies, because the converter transposes both."""
    pairs = {}
    for name, layer in adapted_layers(trained):
        a, b = (getattr(layer, side)["default"].weight.detach().cpu().float() for side in ("lora_A", "lora_B"))
        if layer.fan_in_fan_out:
            a, b = b.T, a.T
        pairs[f"{name}.lora_A.weight"], pairs[f"{name}.lora_B.weight"] = a.contiguous(), b.contiguous()
    return pairs


def alpha_of(trained):
    """llama.cpp scales by alpha / rank, by whatever rule peft came to its scale."""
    [alpha] = {layer.scaling["default"] * layer.r["default"] for _, layer in adapted_layers(trained)}
    return alpha


def adapted_layers(trained):
    return [(name, module) for name, module in trained.named_modules() if hasattr(module, "lora_A")]

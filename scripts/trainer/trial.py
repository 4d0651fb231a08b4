"""Tries before the first step what comes after the last one, so that a night's training does not end in a refusal.

A model of the base's kind and width, but with few layers and random weights, is merged, written as GGUF, loaded by the
engine, and what the engine computes compared with what PyTorch does. Its size is that of the vocabulary, so it takes
seconds; layers are alike, and more would tell nothing.
"""

import tempfile
from pathlib import Path

import torch

from trainer import engine
from trainer.events import Problem
from trainer.export import first_ids, kinds_of, merge
from trainer.model_files import GGUF_FILES, save_model, write_gguf
from trainer.models import shortened

FEWEST_LAYERS = 2


def try_export(recipe, config, held_out, directory, warn):
    """Raises a problem, with what to choose instead, where the engine could not serve a model of this kind."""
    from transformers import AutoModelForCausalLM

    kinds = kinds_of(recipe.arguments.gguf)
    if not kinds:
        return
    small = shortened(config, layers_of_every_kind(config))

    def fresh(dtype=torch.float32):
        torch.manual_seed(recipe.arguments.seed)
        return recipe.adapt(AutoModelForCausalLM.from_config(small, dtype=dtype, attn_implementation="eager"))

    with tempfile.TemporaryDirectory(dir=directory, prefix="trial-") as folder, torch.random.fork_rng(devices=[]):
        merged = merge(fresh(), fresh)
        save_model(merged, Path(folder) / "model", recipe.shards)
        path = Path(folder) / GGUF_FILES[kinds[0]]
        write_gguf(Path(folder) / "model", path, kinds[0])
        if engine.computes_something_else(merged, path, first_ids(held_out), warn):
            raise Problem("llama.cpp, which serves personas, computes something else with this kind of model", engine.INSTEAD)


def layers_of_every_kind(config):
    """How many of the first layers there must be for each kind of layer to be among them."""
    kinds = getattr(config, "layer_types", None) or []
    return min(config.num_hidden_layers, max(FEWEST_LAYERS, *(kinds.index(kind) + 1 for kind in kinds), 0))

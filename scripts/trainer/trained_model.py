"""The model as it is trained: which of its weights move, how many tokens it sees, how its blocks are run."""

import os
import shutil
import sysconfig
from pathlib import Path

import torch
from torch.utils._triton import has_triton

from trainer.events import Problem
from trainer.models import blocks_of, load


class TrainedModel:
    """Makes the model of a run; each time the same, down to the random weights of adapters."""

    def __init__(self, arguments, shards, machine):
        self.arguments = arguments
        self.shards = shards
        # Weights that are trained stay fp32: pure bf16 loses updates at 3e-5. LoRA's frozen base need not, unless another
        # run trained it: what its embeddings and norms learned would be rounded away, for autocast leaves them as they are.
        is_as_published = arguments.lora and not arguments.start_from
        self.base_type = machine.dtype if is_as_published else torch.float32

    def fresh(self, dtype=None):
        """The model before its first step. Its base weights are fp32, or what training keeps them in."""
        a = self.arguments
        torch.manual_seed(a.seed)
        source, revision = (str(a.start_from), None) if a.start_from else (a.base, a.revision)
        return self.adapt(load(source, revision, self.shards, dtype or self.base_type, a.dropout, a.context_length))

    def adapt(self, model):
        """The model with what is trained made trainable, and the rest frozen."""
        a = self.arguments
        if a.lora:
            return add_lora(model, a.lora_rank, a.lora_alpha, a.lora_dropout, a.rslora, a.dora)
        if a.train_layers != "all":
            return train_last(model, int(a.train_layers.removeprefix("last:")))
        return model


def choose_context(asked, model):
    known = context_of(model)
    if asked and asked > known:
        raise Problem(f"--context-length {asked} is longer than the {known} tokens that the base knows", f"Use {known} at most.")
    return asked or min(1024, known)


def context_of(model):
    """How many positions the model knows, and sees from one of them."""
    config = model.config
    known = getattr(config, "n_positions", None) or getattr(config, "max_position_embeddings", 1024)
    window = getattr(config, "sliding_window", None)
    uses_window = window and getattr(config, "use_sliding_window", True)
    return min(known, window) if uses_window else known


def add_lora(model, rank, alpha, dropout, rslora=False, dora=False):
    """Wraps the model with LoRA adapters on every linear layer of its blocks (Hu et al. 2021; QLoRA's choice of layers).

    rsLoRA: Kalajdzievski 2023; DoRA: Liu et al. 2024.
    """
    from peft import LoraConfig, get_peft_model

    is_gpt2 = model.config.model_type == "gpt2"
    targets = ["c_attn", "c_proj", "c_fc"] if is_gpt2 else "all-linear"
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        lora_dropout=dropout,
        use_rslora=rslora,
        use_dora=dora,
        target_modules=targets,
        fan_in_fan_out=is_gpt2,
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(model, config)
    for module in adapted.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False  # To fp32, from which autocast would only bring it back.
    return adapted


def train_last(model, count):
    """Freezes all but the last blocks and the final norm."""
    blocks = blocks_of(model)
    body = getattr(model, model.base_model_prefix)
    model.requires_grad_(False)
    for module in [*blocks[-count:], *(child for name, child in body.named_children() if is_final_norm(name))]:
        module.requires_grad_(True)
    return model


def is_final_norm(name):
    return name in ("ln_f", "norm", "final_layer_norm", "final_layernorm")


def decide_compile(asked, device, schedule, context, fsdp=False, warn=print):
    """Compiling takes a minute or two: worth it on a GPU for a run of some length."""
    if fsdp:
        if asked == "on":
            raise Problem("Weights that are shared out are not compiled here", "Leave out --compile, or use --fsdp off.")
        return False
    if asked == "off" or (asked == "auto" and not is_worth_compiling(device, schedule, context)):
        return False
    missing = missing_to_compile(device)
    if not missing:
        return True
    names, install = " and ".join(missing), ", ".join(missing.values())
    if asked == "on":
        raise Problem(f"--compile on needs {names}, which this machine lacks", f"Install it ({install}), or leave out --compile.")
    warn(f"The model is not compiled, which would make it faster: this machine lacks {names} ({install}).")
    return False


def is_worth_compiling(device, schedule, context):
    return device == "cuda" and schedule.steps * schedule.rows_per_step * context > 5_000_000


def missing_to_compile(device):
    """What torch.compile does not find of the things that it needs to make code for this device, and how to install each."""
    name, package, is_there = COMPILERS[device]
    missing = {}
    if device == "cuda" and not has_triton():
        missing["Triton"] = ".venv/bin/pip install triton"
    if not is_there():
        missing[name] = f"Debian, Ubuntu: sudo apt install {package}"
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        missing["Python's headers"] = "Debian, Ubuntu: sudo apt install python3-dev"
    return missing


def has_c_compiler():
    """As Triton looks for one."""
    return bool(os.environ.get("CC") or shutil.which("gcc") or shutil.which("clang"))


def has_cpp_compiler():
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except InvalidCxxCompiler:
        return False
    return True


COMPILERS = {"cpu": ("a C++ compiler", "g++", has_cpp_compiler), "cuda": ("a C compiler", "gcc libc6-dev", has_c_compiler)}


def prepare_blocks(model, checkpointing, compiles):
    """Gradient checkpointing and compilation, block by block: one small piece of code serves all layers."""
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if compiles:
        for block in blocks_of(model):
            block.compile(dynamic=False)

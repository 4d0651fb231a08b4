"""The device that computes, and the precision that suits it."""

import contextlib
import os

import torch

from trainer.events import Problem


class Machine:
    """`device` is cuda or cpu, `precision` fp32 or bf16; `autocast()` is the context in which a model runs."""

    def __init__(self, precision="auto"):
        self.device = choose_device()
        self.precision = choose_precision(self.device) if precision == "auto" else precision
        self.keeps_casts = True  # Weights in bf16, from their first use in a micro-batch to its end.

    @property
    def name(self):
        return torch.cuda.get_device_name() if self.device == "cuda" else "cpu"

    def autocast(self):
        if self.precision != "bf16":
            return contextlib.nullcontext()
        return torch.autocast(self.device, torch.bfloat16, cache_enabled=self.keeps_casts)


def sent(tensor, device):
    """The tensor on its way to the device: from pinned memory a copy joins what a card has to do, and nobody waits for it."""
    return tensor if device == "cpu" else tensor.pin_memory().to(device, non_blocking=True)


def choose_device():
    """A card where there is one; the processor only where no card was named."""
    if torch.cuda.is_available():
        return "cuda"
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "").strip()
    if named in ("", "-1"):
        return "cpu"
    if torch.version.cuda is None and torch.version.hip is None:
        raise Problem(
            f"CUDA_VISIBLE_DEVICES names card {named}, and this PyTorch ({torch.__version__}) is one for processors only",
            "Install one for cards (see the head of scripts/requirements.txt), or set CUDA_VISIBLE_DEVICES to -1.",
        )
    raise Problem(
        f"The GPU is lost: CUDA_VISIBLE_DEVICES names card {named}, and CUDA finds none",
        "See nvidia-smi and dmesg (a driver too old for this PyTorch finds none either); then: persona runs resume RUN",
    )


def choose_precision(device):
    """bf16 where the machine computes in it: 3 times fp32 on CPUs with AVX512-BF16 or AMX, and emulated on others."""
    if device == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    is_fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return "bf16" if is_fast else "fp32"

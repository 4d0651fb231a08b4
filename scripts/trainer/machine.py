"""The device that computes, and the precision that suits it."""

import contextlib
import copy
import functools
import os
import time

import torch

from trainer.events import Problem


class Machine:
    """`device` is cuda or cpu, `precision` fp32 or bf16; `autocast()` is the context in which a model runs."""

    def __init__(self, precision="auto"):
        self.device = choose_device()
        self.precision = choose_precision(self.device) if precision == "auto" else precision
        self.keeps_casts = True  # Weights in bf16, from their first use in a micro-batch to its end.

    def on_cpu(self):
        """The same on the CPU, where a model is before it is sent to a GPU."""
        there = copy.copy(self)
        there.device = "cpu"
        return there

    @property
    def name(self):
        return torch.cuda.get_device_name() if self.device == "cuda" else "cpu"

    @property
    def dtype(self):
        """Of weights that are not trained."""
        return torch.bfloat16 if self.precision == "bf16" else torch.float32

    def autocast(self):
        if self.precision != "bf16":
            return contextlib.nullcontext()
        return torch.autocast(self.device, torch.bfloat16, cache_enabled=self.keeps_casts)

    @contextlib.contextmanager
    def asking(self, model):
        """The model on this device and not in training; then on the CPU again, from where training sends it."""
        model.eval().to(self.device)
        try:
            yield
        finally:
            model.to("cpu")

    def wait(self):
        """Until a GPU has done what it was given to do."""
        if self.device == "cuda":
            torch.cuda.synchronize()


def sent(tensor, device):
    """The tensor on its way to the device: from pinned memory a copy joins what a GPU has to do, and nobody waits for it."""
    return tensor if device == "cpu" else tensor.pin_memory().to(device, non_blocking=True)


def choose_device():
    """A GPU where there is one; the CPU only where no GPU was named."""
    if torch.cuda.is_available():
        return "cuda"
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "").strip()
    if named in ("", "-1"):
        return "cpu"
    if torch.version.cuda is None and torch.version.hip is None:
        raise Problem(
            f"CUDA_VISIBLE_DEVICES names GPU {named}, and this PyTorch ({torch.__version__}) is built for CPUs only",
            "Install one built for GPUs (see the head of scripts/requirements.txt), or set CUDA_VISIBLE_DEVICES to -1.",
        )
    raise Problem(
        f"The GPU is lost: CUDA_VISIBLE_DEVICES names {named}, and CUDA finds none",
        "See nvidia-smi and dmesg (a driver too old for this PyTorch finds none either); then: persona runs resume RUN",
    )


def choose_precision(device):
    """bf16 where the machine computes in it. Of a CPU no flag tells: of two that have AVX512-BF16, one is faster with it
    and one slower, so both are tried."""
    if device == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    speeds = cpu_speeds()
    return "bf16" if speeds["bf16"] > CLEARLY_FASTER * speeds["fp32"] else "fp32"


CLEARLY_FASTER = 1.2  # Less is lost to the casts, and could be another program's doing.


@functools.cache
def cpu_speeds(seconds=0.2, size=1024):
    """Operations a second of a matrix product by precision: the best of products that take turns for so long."""
    matrices = {"fp32": torch.randn(size, size), "bf16": torch.randn(size, size).bfloat16()}
    best = dict.fromkeys(matrices, float("inf"))
    for matrix in matrices.values():
        matrix @ matrix
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for kind, matrix in matrices.items():
            before = time.perf_counter()
            matrix @ matrix
            best[kind] = min(best[kind], time.perf_counter() - before)
    return {kind: 2 * size**3 / duration for kind, duration in best.items()}

"""What a person can do about an error that is no fault of the program's."""

import torch
from safetensors import SafetensorError

from trainer.disk_errors import is_failing, is_full
from trainer.events import Problem


def advice_about(error, again, smaller):
    """The reason and what to do, or None where nobody can do anything.

    `again` is the command that goes on afterwards, `smaller` what to do about memory.
    """
    if isinstance(error, Problem):
        return error.reason, error.fix
    if isinstance(error, torch.OutOfMemoryError):
        return "The GPU's memory ran out", smaller
    if isinstance(error, torch.AcceleratorError):
        return f"The GPU failed: {str(error).splitlines()[0]}", f"Look at the GPU (nvidia-smi, dmesg), then: {again}"
    if isinstance(error, (OSError, SafetensorError)) and is_full(error):
        return "The disk is full", f"Free some space, then: {again}"
    if isinstance(error, (OSError, SafetensorError)) and is_failing(error):
        return f"The disk failed: {error}", f"Look at the disk (dmesg, smartctl), then: {again}"
    return None

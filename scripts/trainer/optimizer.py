"""The optimiser, and the average of weights over the steps."""

import importlib.util
import logging

import torch

from trainer.events import Problem

logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # Its advice to fetch more code when peft or this file loads it.


def has_8bit():
    return importlib.util.find_spec("bitsandbytes") is not None


def make_optimizer(name, parameters, learning_rate, weight_decay):
    """AdamW on fp32 weights; biases and norms are not decayed."""
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if name == "adamw":
        return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.95), fused=True)
    if not has_8bit():
        raise Problem(
            "--optimizer adamw-8bit needs the package bitsandbytes, which is missing",
            "Install it: .venv/bin/pip install bitsandbytes. Or leave the option out.",
        )
    from bitsandbytes.optim import AdamW8bit  # Dettmers et al. 2022; moments of fewer than 4,096 numbers stay fp32.

    return AdamW8bit(groups, lr=learning_rate, betas=(0.9, 0.95))


class Average:
    """An exponential moving average of the trained weights, in fp32. `swap` exchanges it with the weights in use."""

    def __init__(self, parameters, decay):
        self.parameters = dict(parameters)
        self.decay = decay
        self.values = {name: p.detach().float().clone() for name, p in self.parameters.items()}

    @torch.no_grad()
    def update(self, step):
        """Young averages follow faster, so that the first weights do not weigh on them for long."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, parameter in self.parameters.items():
            self.values[name].lerp_(parameter.float(), 1 - decay)

    @torch.no_grad()
    def swap(self):
        for name, parameter in self.parameters.items():
            aside = parameter.detach().clone()
            parameter.copy_(self.values[name])
            self.values[name].copy_(aside)

    def __enter__(self):
        self.swap()

    def __exit__(self, *_):
        self.swap()

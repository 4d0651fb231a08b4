"""The two models that are compared: the run's, and the base that it started from. One is in memory at a time."""

import contextlib
import gc
import json
from pathlib import Path

import torch

from evaluation.canaries import read_canaries
from trainer.bases import resolve
from trainer.events import Problem
from trainer.leak_check import choose_attention
from trainer.machine import Machine
from trainer.models import SCRATCH, load
from trainer.trained_model import context_of


class ModelsOfRun:
    """Finds both by what the trainer has written: `model/`, and `record.json` of the newest attempt."""

    def __init__(self, run, shards, warn):
        self.shards = shards
        self.warn = warn
        self.folder = newest(run, "model")
        if self.folder is None:
            raise Problem(f"{run} holds no model", "Evaluate a run that has finished: persona runs")
        record = newest(run, "record.json")
        self.record = json.loads(record.read_text("utf-8")) if record else {}
        self.canaries = read_canaries(run)
        self.base = self.record.get("base", {}).get("name")
        if self.base is None:
            raise Problem(f"{run} does not say which base it was trained from", "Evaluate a run that persona train has made.")
        self.machine = Machine()

    def find_base(self):
        """Before the run is asked, which takes long: whoever misses the base then would have waited in vain."""
        if Path(self.base).is_absolute() and not Path(self.base).is_dir():
            raise Problem(f"The base that this run was trained from is gone: {self.base}", "Put its folder back there.")
        if not SCRATCH.match(self.base):
            resolve(self.base, self.record["base"].get("revision"))

    @property
    def identity(self):
        """Changes when the run's model does."""
        files = sorted(self.folder.glob("*.safetensors"))
        return [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files]

    def context(self, model):
        return min(context_of(model), self.record.get("plan", {}).get("contextLength", 1024))

    @contextlib.contextmanager
    def loaded(self, name):
        """`run` or `base`, ready to be asked; its memory is free again afterwards."""
        model = self._load(name).eval().requires_grad_(False)
        self.attention = choose_attention(model, "auto", self.context(model), self.machine)
        try:
            yield self._moved(model)
        finally:
            del model
            gc.collect()
            if self.machine.device == "cuda":
                torch.cuda.empty_cache()

    def _load(self, name):
        if name == "run":
            return load(str(self.folder), None, self.shards, self.machine.dtype)
        torch.manual_seed(self.record.get("settings", {}).get("seed", 0))  # Of a base of random weights.
        context = self.record.get("settings", {}).get("context_length")
        return load(self.base, self.record["base"].get("revision"), self.shards, self.machine.dtype, context=context)

    def _moved(self, model):
        try:
            return model.to(self.machine.device)
        except torch.OutOfMemoryError:
            self.machine.device = "cpu"
            self.warn("The GPU has no room for this model: it is evaluated on the CPU, which takes longer.")
            return model.to("cpu")


def newest(run, name):
    """A published artifact, or that of the newest attempt; None where there is none."""
    attempts = sorted(run.glob("attempt-*"), key=lambda path: int(path.name.removeprefix("attempt-")), reverse=True)
    return next((folder / name for folder in [run, *attempts] if (folder / name).exists()), None)

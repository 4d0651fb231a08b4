"""Asks the engine that serves personas, llama.cpp within Node.js, whether a GGUF is to it what the model is here."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import torch

from trainer.events import Problem
from trainer.leak_check import plain_output

SCRIPT = Path(__file__).parents[1] / "ask-engine.mjs"
# How far (see `distance`) the engine's choices may lie below the model's own, in standard deviations of the logits: rounding to Q8_0 costs
# 0.001 to 0.005, positions or norms that are computed differently cost 0.15 and more.
MAX_DISTANCE = 0.05


def computes_something_else(model, path, ids, warn, adapter=None):
    """Whether the engine does with this file, as far as it could be asked; a problem where it cannot load it."""
    answer = ask(path, ids, adapter)
    if "missing" in answer:
        warn(f"The engine could not be asked whether it can serve the model: {answer['missing']}")
        return False
    if "error" in answer:
        raise Problem(f"llama.cpp, which serves personas, cannot load the model: {answer['error']}", INSTEAD)
    return not distance(model, ids, answer["choices"]) < MAX_DISTANCE  # So that NaN is something else as well.


INSTEAD = "Choose another base, such as gpt2-large or smollm2-135m, or add --gguf none to train for other programs."


def ask(path, ids, adapter=None):
    """The ids that the engine finds likeliest after each id, as `choices`; or why there are none, as `error` or `missing`."""
    node = os.environ.get("PERSONA_NODE") or shutil.which("node")
    if node is None:
        return {"missing": "Node.js was not found on the PATH."}
    question = json.dumps({"file": str(path), "ids": ids, **({"adapter": str(adapter)} if adapter else {})})
    result = subprocess.run([node, SCRIPT], input=question, capture_output=True, text=True, check=False)
    if result.stdout:
        return json.loads(result.stdout)
    words = result.stderr.strip().splitlines()
    asserted = next((re.sub(r"^.*GGML_ASSERT", "GGML_ASSERT", line) for line in words if "GGML_ASSERT" in line), None)
    return {"error": f"it ends with {asserted or f'exit code {result.returncode}'}"}


@torch.no_grad()
def distance(model, ids, choices):
    """How far the logits of `choices` lie below the model's highest: the mean, in standard deviations."""
    logits = plain_output(model.eval(), torch.tensor([ids], device=model.device))[1][0].float()
    chosen = logits.gather(1, torch.tensor(choices, device=logits.device)[:, None])[:, 0]
    spread = logits.std(-1).clamp_min(1e-6)  # A token of padding is nothing to a fresh model: all its logits are the same.
    return ((logits.max(-1).values - chosen) / spread).mean().item()

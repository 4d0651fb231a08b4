"""What a run took and what it ran on: `attempt-N/record.json`, and the summary in the `finished` event."""

import hashlib
import importlib.metadata
import json
import math
import platform
import subprocess
import time
from collections import deque
from pathlib import Path

import torch

from trainer.aside import write_text_aside
from trainer.loss import causal_model
from trainer.memory import layers_with_gradients, peak_memory
from trainer.models import blocks_of

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ["torch", "transformers", "peft", "safetensors", "tokenizers", "numpy", "gguf", "bitsandbytes"]
# Dense bf16 with fp32 sums, in TFLOP/s, from the makers' data sheets; the first name that the GPU's contains counts.
PEAK_TFLOPS = {
    "H200": 989,
    "H100 PCIe": 756,
    "H100": 989,
    "A100": 312,
    "L40S": 362,
    "L4": 121,
    "RTX 4090": 165,
    "RTX 3090": 71,
    "MI300X": 1307,
}
RECENT_STEPS = 50
NOTHING = {"seconds": 0.0, "stepSeconds": 0.0, "steps": 0, "tokens": 0, "slots": 0, "targets": 0, "energyJoules": None}
UTILIZATION_FORMULA = (
    "((6 · trained + 4 · frozen weights of the body + 6 · layers · width · length of a token's document) · tokens "
    "+ (6 or 4) · weights of the head · targets) / (seconds of steps · peak of all GPUs); "
    "2 for weights and attention below the first trained layer, which are not gone through backward"
)


class Meter:
    """Counts what a run takes: seconds of training, tokens, energy. It goes on from what earlier attempts took.

    `processes`: how many train together, each on a GPU of its own.
    """

    def __init__(self, device, processes, earlier):
        self.device = device
        self.processes = processes
        self.totals = {**NOTHING, **earlier}
        self.recent_steps = deque(maxlen=RECENT_STEPS)  # Seconds each.
        self.evaluation_seconds = 0.0
        self.started = time.monotonic()
        self.seconds_before = self.totals["seconds"]
        self.energy_before = self.totals["energyJoules"] or 0.0
        self.energy_at_start = joules(device)

    def count(self, step, targets, seconds):
        self.totals["steps"] += 1
        self.totals["stepSeconds"] += seconds
        self.recent_steps.append(seconds)
        self.totals["tokens"] += step.tokens
        self.totals["slots"] += step.slots
        self.totals["targets"] += targets

    def seconds_left(self, steps, evaluations):
        """For so many steps at the pace of the latest ones, and so many evaluations like the latest one."""
        a_step = sum(self.recent_steps) / max(1, len(self.recent_steps))
        return steps * a_step + evaluations * self.evaluation_seconds

    def read(self):
        """The totals until now, of all attempts together."""
        self.totals["seconds"] = self.seconds_before + time.monotonic() - self.started
        now = joules(self.device)
        if now is not None:
            self.totals["energyJoules"] = self.energy_before + now - self.energy_at_start
        return dict(self.totals)

    def summary(self, model, data, machine, price_per_hour, given_tflops):
        """Speed, utilisation, peak memory, energy and cost of the run until now, all attempts together."""
        totals = self.read()
        seconds = totals["stepSeconds"]
        lengths = [len(window) for window in data.windows]
        of_a_token = sum(length**2 for length in lengths) / sum(lengths)  # A long document has more of the tokens.
        flops = flops_of(model, totals, of_a_token)
        peak_of_one, source = peak_flops(machine.device, machine.precision, given_tflops)
        peak = peak_of_one * self.processes
        return {
            "seconds": totals["seconds"],
            "trainingSeconds": seconds,
            "tokens": totals["tokens"],
            "tokensPerSecond": totals["slots"] / seconds if seconds else None,
            "usefulTokensPerSecond": totals["tokens"] / seconds if seconds else None,
            "modelFlops": flops,
            "modelFlopsUtilization": flops / seconds / peak if seconds else None,
            "utilizationFormula": UTILIZATION_FORMULA,
            "peakFlopsPerSecond": peak,
            "peakFlopsSource": source,
            "peakMemoryBytes": peak_memory(machine.device),
            "energyJoules": totals["energyJoules"],
            "cost": price_per_hour * totals["seconds"] / 3600 if price_per_hour is not None else None,
        }


def joules(device):
    """Energy that the run's GPUs in this machine have used since the driver was loaded; None without NVML."""
    if device != "cuda":
        return None
    try:
        import pynvml

        pynvml.nvmlInit()
        ids = [torch.cuda.get_device_properties(index).uuid for index in range(torch.cuda.device_count())]
        handles = [pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{id}") for id in ids]
        return sum(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) for handle in handles) / 1000
    except Exception:  # Not installed, or a GPU that does not count.
        return None


def flops_of(model, totals, document_length):
    """Floating-point operations that training needed, forward and backward, recomputation not counted.

    A weight costs 2 a token forward, 2 for the gradient of what entered it and 2 for its own gradient when it is trained
    (Kaplan et al. 2020). The head runs at targets alone. Attention costs 2 · 2 · width · (length / 2) a layer forward,
    causal, and twice that backward. Embeddings are looked up and cost nothing. Nothing goes backward below the first
    block that is trained.
    """
    base = causal_model(model)
    blocks = blocks_of(base)
    below = len(blocks) - layers_with_gradients(model)
    only_forward = {id(p) for block in blocks[:below] for p in block.parameters()}
    tables = {id(module.weight) for module in base.modules() if isinstance(module, torch.nn.Embedding)}
    head = base.get_output_embeddings().weight
    body = [p for p in model.parameters() if id(p) not in tables and p is not head]
    a_token = sum(p.numel() * (2 if id(p) in only_forward else 6 if p.requires_grad else 4) for p in body)
    a_target = head.numel() * (6 if head.requires_grad else 4)
    attention = (3 * len(blocks) - 2 * below) * 2 * base.config.hidden_size * document_length
    return totals["tokens"] * (a_token + attention) + totals["targets"] * a_target


def peak_flops(device, precision, given_tflops):
    """Operations a second that the device could do, and where the figure is from."""
    if given_tflops:
        return given_tflops * 1e12, "given"
    if device == "cuda" and precision == "bf16":
        name = torch.cuda.get_device_name()
        for gpu, tflops in PEAK_TFLOPS.items():
            if gpu in name:
                return tflops * 1e12, f"data sheet, {gpu}"
    return measured_flops(device, precision), "measured on a matrix product of 2,048"


def measured_flops(device, precision):
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    a = torch.randn(2048, 2048, device=device).to(kind)
    seconds = []
    for _ in range(4):
        started = time.perf_counter()
        (a @ a)[0, 0].item()
        seconds.append(time.perf_counter() - started)
    return 2 * 2048**3 / min(seconds)


def environment(device):
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine(),
        "threads": torch.get_num_threads(),
        "cuda": torch.version.cuda,
        "packages": {name: version for name in PACKAGES if (version := version_of(name))},
        "gitCommit": git_commit(),
    }


def version_of(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def git_commit():
    command = ["git", "-C", str(PROJECT), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def dataset_hash(manifest):
    """One hash for the whole data set: of the hashes of its files."""
    files = {f"{split}.{name}": file["sha256"] for split, s in manifest["splits"].items() for name, file in s["files"].items()}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def describe_plan(schedule, memory, maker):
    """The `plan` event: how the run is cut, and what it will need."""
    model, data, runtime = maker.model, maker.data, maker.runtime
    return {
        "steps": schedule.steps,
        "epochs": schedule.epochs,
        "rowsPerStep": schedule.rows_per_step,
        "microBatch": maker.micro_batch,
        "accumulation": math.ceil(schedule.rows_per_step / runtime.team.size / maker.micro_batch),
        "contextLength": data.context,
        "schedule": schedule.shape,
        "learningRate": schedule.learning_rate,
        "optimizer": memory.optimizer,
        "precision": runtime.machine.precision,
        "device": runtime.machine.name,
        "processes": runtime.team.size,
        "attention": runtime.attention,
        "gradientCheckpointing": memory.gradient_checkpointing,
        "compile": maker.one_shape,
        "fsdp": memory.fsdp,
        "parameters": sum(p.numel() for p in model.parameters()),
        "trainableParameters": sum(p.numel() for p in model.parameters() if p.requires_grad),
        "trainTokens": data.tokens_in(range(len(data))),
        "supervisedTokens": data.supervised_tokens,
        "packingFill": data.fill,
        "memoryBytes": memory.total,
        "memoryParts": memory.parts,
        "freeMemoryBytes": memory.free,
    }


def write_record(path, arguments, shards, plan, result, device):
    """All that is needed to know what a run was: data, base, settings, plan, result, environment."""
    content = {
        "dataset": {"id": shards.manifest.get("id"), "sha256": dataset_hash(shards.manifest)},
        "base": {"name": arguments.base, "revision": arguments.revision, "startFrom": arguments.start_from},
        "settings": vars(arguments),
        "plan": plan,
        "result": result,
        "environment": environment(device),
    }
    write_text_aside(path, json.dumps(content, indent=2, default=str) + "\n")

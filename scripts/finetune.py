"""Fine-tunes a causal language model on the shards that `persona prepare` wrote.

    .venv/bin/python scripts/finetune.py --shards data/shards/ID --run /tmp/run --base gpt2-large
    .venv/bin/python scripts/finetune.py --shards data/shards/ID --run /tmp/run --base scratch:4x4x128 --steps 50

Events are JSON lines on stdout; words for people go to stderr. What it makes lies in RUN/attempt-N: checkpoints/,
model/ (merged, safetensors), model.gguf, and sample.txt, which shows what is learned. SIGTERM saves and ends it.
"""

import argparse
import contextlib
import fcntl
import itertools
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

os.umask(0o077)

import torch

import checkpoints
from events import Problem, open_event_stream
from loss import backward, causal_model, evaluate_batch, hidden_states
from models import add_lora, context_of, load
from packing import PackedSplit, collate
from shards import PERSONA, Shards

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
# What is learned, and where it goes
parser.add_argument("--shards", type=Path, required=True, help="folder of a data set")
parser.add_argument("--run", type=Path, required=True, help="folder of the run")
parser.add_argument("--base", required=True, help="preset, hub id, folder, or scratch:LxHxE (layers, heads, width)")
parser.add_argument("--revision", help="commit of the hub's repository")
parser.add_argument("--attempt", type=int, default=1, help="which attempt at the run this is; artifacts lie under it")
parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint of any attempt")
# Length
parser.add_argument("--epochs", type=float, default=3, help="passes over the data at most; small data overfits in 2 to 3")
parser.add_argument("--steps", type=int, help="optimiser steps at most, instead of epochs")
parser.add_argument("--tokens-per-step", type=int, help="default: 32,768, or what makes 100 steps of the run")
parser.add_argument("--context-length", type=int, help="tokens a row; default: the model's, at most 1,024")
parser.add_argument("--micro-batch", type=int, help="rows at once; halved when memory runs out")
# Optimiser
parser.add_argument("--learning-rate", type=float, help="peak; default: 3e-5, LoRA 2e-4, from scratch 1e-3")
parser.add_argument("--min-learning-rate-share", type=float, default=0.1, help="of the peak, at the end of the cosine")
parser.add_argument("--warmup-share", type=float, default=0.03, help="of all steps")
parser.add_argument("--weight-decay", type=float, default=0.01)
parser.add_argument("--clip", type=float, default=1.0, help="largest norm of the gradients")
# What is trained, and what counts
parser.add_argument("--lora", action="store_true", help="train low-rank adapters instead of all weights")
parser.add_argument("--lora-rank", type=int, default=16)
parser.add_argument("--lora-alpha", type=float, default=32)
parser.add_argument("--lora-dropout", type=float, default=0.05)
parser.add_argument("--next-speaker-weight", type=float, default=0.1, help="of predicting who speaks next, against 1 a word")
# Evaluation and saving
parser.add_argument("--evaluate-every", type=int, help="steps; default: ten times a run")
parser.add_argument("--evaluation-rows", type=int, default=256, help="rows of the hold-out to measure on, at most")
parser.add_argument("--patience", type=int, default=3, help="evaluations without a better one before it stops")
parser.add_argument("--save-every-minutes", type=float, default=10)
parser.add_argument("--no-export", action="store_true", help="leave out the merged model and the GGUF")
# Machine
parser.add_argument("--seed", type=int, default=1337)
parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
parser.add_argument("--watch-parent", action="store_true", help="save and end when stdin closes")


def main():
    arguments = parser.parse_args()
    emit = open_event_stream()
    try:
        train(arguments, emit)
    except Problem as problem:
        emit("failed", reason=problem.reason, fix=problem.fix)
        sys.exit(1)
    except OSError as error:
        if error.errno != 28:  # ENOSPC
            raise
        emit("failed", reason="The disk is full", fix="Free some space, then: persona runs resume RUN")
        sys.exit(1)


def train(arguments, emit):
    run = Run(arguments)
    stop = StopRequest(arguments.watch_parent)
    torch.manual_seed(arguments.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    precision = choose_precision(arguments.precision, device)

    # Data and model
    emit("phase", name="loading")
    shards = Shards(arguments.shards)
    model = load(arguments.base, arguments.revision, shards, weight_type(arguments, precision))
    context = min(arguments.context_length or 1024, context_of(model))
    if arguments.lora:
        model = add_lora(model, arguments.lora_rank, arguments.lora_alpha, arguments.lora_dropout)
    model.to(device)
    check_documents_are_apart(model, context, device)
    data = PackedSplit(shards.train, context, arguments.next_speaker_weight)
    held_out = PackedSplit(shards.val, context, 0.0)
    check_there_is_a_target(data, held_out)
    write_sample(run.directory / "sample.txt", data, shards)

    # Plan
    plan = make_plan(arguments, data, context, device)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = make_optimizer(parameters, plan.learning_rate, arguments.weight_decay, device)
    progress = {"step": 0, "best_loss": math.inf, "best_step": 0, "since_best": 0, "first_loss": None}
    if arguments.resume and (found := checkpoints.newest(arguments.run)):
        checkpoints.load_weights(found[0], model)
        checkpoints.load_optimizer(found[0], optimizer)
        progress = {name: found[1][name] for name in progress}
        adopt_best(arguments.run, run, progress["best_step"])
    emit("plan", **plan.describe(model, parameters, data, precision, device))

    # Loop
    autocast = lambda: torch.autocast(device, torch.bfloat16) if precision == "bf16" else contextlib.nullcontext()
    evaluate = lambda: held_out_loss(model, held_out, arguments.evaluation_rows, plan.micro_batch, device, autocast)
    save = lambda: save_checkpoint(run, model, optimizer, progress, emit)
    started = saved_at = time.monotonic()
    if progress["first_loss"] is None:
        progress["first_loss"] = note_evaluation(evaluate(), progress, run, model, optimizer, emit)
    while progress["step"] < plan.steps and progress["since_best"] <= arguments.patience and not stop.requested:
        step_started = time.monotonic()
        loss, norm = one_step(model, data, plan, progress["step"], optimizer, arguments, device, autocast, stop, emit)
        if loss is None:
            break  # Asked to stop: the part of a step is dropped.
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise Problem(f"The loss became {loss} at step {progress['step'] + 1}", "Try again with a lower --learning-rate.")
        progress["step"] += 1
        emit(
            "step",
            step=progress["step"],
            totalSteps=plan.steps,
            loss=loss,
            learningRate=optimizer.param_groups[0]["lr"],
            tokensPerSecond=plan.tokens_in_step(data, progress["step"] - 1) / (time.monotonic() - step_started),
            memoryBytes=memory_in_use(device),
        )
        if progress["step"] % plan.evaluate_every == 0 or progress["step"] == plan.steps:
            note_evaluation(evaluate(), progress, run, model, optimizer, emit)
        if time.monotonic() - saved_at > 60 * arguments.save_every_minutes:
            save()
            saved_at = time.monotonic()

    # Result
    stopped = bool(stop.requested) and progress["step"] < plan.steps
    if stopped:
        save()
    elif not arguments.no_export:
        export(run, model, arguments, shards, progress, emit)
    emit(
        "finished",
        steps=progress["step"],
        bestStep=progress["best_step"],
        bestLoss=progress["best_loss"],
        firstLoss=progress["first_loss"],
        seconds=time.monotonic() - started,
        stopped=stopped,
    )


# ----- setting up -----


class Run:
    """The folder of this attempt, and a lock on the run: two trainers never write one."""

    def __init__(self, arguments):
        self.directory = arguments.run / f"attempt-{arguments.attempt}"
        self.checkpoints = self.directory / "checkpoints"
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        self.lock = open(arguments.run / "trainer.lock", "w")
        # A trainer whose worker died is still saving when the run is adopted.
        deadline = time.monotonic() + (60 if arguments.resume else 0)
        while not self.take_lock():
            if time.monotonic() >= deadline:
                raise Problem("Another trainer is at work on this run", "Wait for it, or stop it: persona runs cancel RUN")
            time.sleep(0.1)

    def take_lock(self):
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False


class StopRequest:
    """True once SIGTERM or SIGINT came, or stdin closed because the parent died."""

    def __init__(self, watch_parent):
        self.requested = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.request)
        if watch_parent:
            threading.Thread(target=self.wait_for_end_of_stdin, daemon=True).start()

    def request(self, *_):
        self.requested = True

    def wait_for_end_of_stdin(self):
        while os.read(0, 4096):  # Not sys.stdin: its lock would be held when the interpreter ends.
            pass
        self.requested = True


def choose_precision(asked, device):
    """bf16 where the machine computes in it: 3 times fp32 on CPUs with AVX512-BF16 or AMX, and emulated on others."""
    if asked != "auto":
        return asked
    if device == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    is_fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return "bf16" if is_fast else "fp32"


def weight_type(arguments, precision):
    """Weights that are trained stay fp32: pure bf16 loses updates at 3e-5. LoRA's frozen base need not."""
    return torch.bfloat16 if arguments.lora and precision == "bf16" else torch.float32


@torch.no_grad()
def check_documents_are_apart(model, context, device):
    """Changing one packed document must leave its neighbour's hidden states alone; a model that mixes them is refused."""
    length = min(16, context // 2)
    vocabulary = causal_model(model).get_input_embeddings().weight.shape[0]
    pieces = torch.randint(0, vocabulary, (3, length), generator=torch.Generator().manual_seed(0)).numpy()
    was_training = model.training
    model.eval()
    states = []
    for first in pieces[:2]:
        batch = collate([[(first, first * 0.0), (pieces[2], pieces[2] * 0.0)]], device)
        states.append(hidden_states(model, batch)[0, length:].float())
    model.train(was_training)
    if not torch.allclose(*states, atol=1e-4):
        raise Problem(
            "This model lets packed conversations see each other", "Choose another base: its attention ignores the mask."
        )


def check_there_is_a_target(data, held_out):
    for name, packed in (("train", data), ("val", held_out)):
        if not (packed.split.mask == PERSONA).any():
            raise Problem(
                f"The {name} split holds no word of the persona", "Run persona prepare again with another --persona or --hold-out."
            )


def write_sample(path, data, shards):
    """Shows the first row as the model will see it, targets between «», for the owner alone."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(shards.directory / "tokenizer.json"))
    batch = data.batch([0])
    pieces = []
    marked = zip(batch["ids"][0].tolist(), (batch["weights"][0] > 0).tolist())
    for is_target, run in itertools.groupby(marked, key=lambda pair: pair[1]):
        text = tokenizer.decode([id for id, _ in run], skip_special_tokens=False)
        pieces.append(f"«{text}»" if is_target else text)
    path.write_text("".join(pieces), "utf-8")


class Plan:
    """How the run is cut into steps and micro-batches."""

    def __init__(self, **choices):
        self.__dict__.update(choices)

    def describe(self, model, parameters, data, precision, device):
        trained = sum(p.numel() for p in parameters)
        everything = sum(p.numel() for p in model.parameters())
        frozen = everything - trained
        return {
            "steps": self.steps,
            "epochs": self.steps * self.rows_per_step / len(data),
            "microBatch": self.micro_batch,
            "accumulation": math.ceil(self.rows_per_step / self.micro_batch),
            "contextLength": self.context,
            "precision": precision,
            "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
            "parameters": everything,
            "trainableParameters": trained,
            "trainTokens": sum(len(window) for window in data.windows),
            "supervisedTokens": int((data.split.mask == PERSONA).sum()),
            "packingFill": data.fill,
            # Weight, gradient and two moments in fp32 for what is trained; activations come on top.
            "memoryBytes": 16 * trained + (2 if frozen and precision == "bf16" else 4) * frozen,
        }

    def rows_of(self, step, data, seed):
        """The rows of a step: epochs are permutations that follow from the seed, so a resumed run meets the same."""
        rows = []
        for position in range(step * self.rows_per_step, (step + 1) * self.rows_per_step):
            epoch, index = divmod(position, len(data))
            if epoch not in self.orders:
                generator = torch.Generator().manual_seed(seed + epoch)
                self.orders = {epoch: torch.randperm(len(data), generator=generator).tolist()}
            rows.append(self.orders[epoch][index])
        return rows

    def tokens_in_step(self, data, step):
        return sum(len(data.windows[index]) for row in self.rows_of(step, data, self.seed) for index in data.rows[row])


def make_plan(arguments, data, context, device):
    rows = len(data)
    total = arguments.epochs * rows
    if arguments.tokens_per_step:
        rows_per_step = max(1, round(arguments.tokens_per_step / context))
    else:
        rows_per_step = max(1, min(32_768 // context, int(total / (arguments.steps or 100))))
    steps = arguments.steps or max(1, math.ceil(total / rows_per_step))
    default_rate = 2e-4 if arguments.lora else 1e-3 if arguments.base.startswith("scratch:") else 3e-5
    return Plan(
        steps=steps,
        rows_per_step=rows_per_step,
        micro_batch=min(rows_per_step, arguments.micro_batch or (8 if device == "cuda" else 2)),
        context=context,
        evaluate_every=arguments.evaluate_every or max(1, math.ceil(steps / 10)),
        learning_rate=arguments.learning_rate or default_rate,
        seed=arguments.seed,
        orders={},
    )


def make_optimizer(parameters, learning_rate, weight_decay, device):
    """AdamW; biases and norms are not decayed."""
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.95), fused=True)


# ----- one step -----


def one_step(model, data, plan, step, optimizer, arguments, device, autocast, stop, emit):
    """Accumulates one optimiser step; mean loss over its targets and the gradients' norm, or None when asked to stop."""
    rows = plan.rows_of(step, data, arguments.seed)
    for group in optimizer.param_groups:
        group["lr"] = learning_rate_at(step, plan, arguments)
    while True:
        try:
            return accumulate(model, data, plan, rows, optimizer, arguments, device, autocast, stop)
        except torch.OutOfMemoryError:
            if plan.micro_batch == 1:
                raise Problem("Even one row does not fit into memory", "Lower --context-length, use --lora, or a smaller base.")
        torch.cuda.empty_cache()
        plan.micro_batch = math.ceil(plan.micro_batch / 2)
        emit("warning", message=f"Out of memory: going on with {plan.micro_batch} rows at once, the step stays the same.")


def accumulate(model, data, plan, rows, optimizer, arguments, device, autocast, stop):
    model.train()
    optimizer.zero_grad(set_to_none=True)
    # Rows of like length together: less padding.
    batches = [data.batch(rows[at : at + plan.micro_batch], device) for at in range(0, len(rows), plan.micro_batch)]
    total_weight = sum(batch["weights"].sum().item() for batch in batches)
    loss = 0.0
    for batch in batches:
        if stop.requested:
            return None, None
        with autocast():
            loss += backward(model, batch, total_weight)
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), arguments.clip).item()
    if math.isfinite(norm):
        optimizer.step()
    return loss / total_weight, norm


def learning_rate_at(step, plan, arguments):
    """Linear warm-up, then a cosine down to a share of the peak."""
    warmup = max(1, round(arguments.warmup_share * plan.steps))
    if step < warmup:
        return plan.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(1, plan.steps - warmup)
    lowest = arguments.min_learning_rate_share
    return plan.learning_rate * (lowest + (1 - lowest) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))


def memory_in_use(device):
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# ----- evaluation and saving -----


def held_out_loss(model, held_out, most_rows, micro_batch, device, autocast):
    """Mean loss on the persona's held-out words, in nats a token, and how many tokens that are."""
    stride = max(1, math.ceil(len(held_out) / most_rows))
    rows = list(range(0, len(held_out), stride))
    model.eval()
    loss = weight = 0.0
    for at in range(0, len(rows), micro_batch):
        with autocast():
            part, part_weight = evaluate_batch(model, held_out.batch(rows[at : at + micro_batch], device))
        loss += part
        weight += part_weight
    return loss / weight, int(weight)


def note_evaluation(result, progress, run, model, optimizer, emit):
    loss, tokens = result
    is_best = loss < progress["best_loss"]
    if is_best:
        progress.update(best_loss=loss, best_step=progress["step"], since_best=0)
    else:
        progress["since_best"] += 1
    emit("evaluation", step=progress["step"], loss=loss, tokens=tokens, isBest=is_best)
    if is_best and progress["step"] > 0:
        save_checkpoint(run, model, optimizer, progress, emit)
    return loss


def save_checkpoint(run, model, optimizer, progress, emit):
    """Saves; the newest two and the best stay."""
    directory = run.checkpoints / f"step-{progress['step']}"
    checkpoints.save(directory, model, optimizer, progress)
    steps = sorted((int(path.name[5:]) for path in run.checkpoints.glob("step-*") if path.name[5:].isdigit()), reverse=True)
    checkpoints.prune(run.checkpoints, {f"step-{step}" for step in [*steps[:2], progress["best_step"]]})
    emit("checkpoint-saved", step=progress["step"], directory=str(directory))


def adopt_best(run_directory, run, best_step):
    """Brings the best checkpoint of an earlier attempt into this one, so that it can be exported."""
    target = run.checkpoints / f"step-{best_step}"
    for found in sorted(run_directory.glob(f"attempt-*/checkpoints/step-{best_step}")):
        if not target.exists() and checkpoints.read_progress(found):
            shutil.copytree(found, target)


# ----- export -----


def export(run, model, arguments, shards, progress, emit):
    """Writes the best checkpoint as a plain model, adapters merged, and as GGUF."""
    emit("phase", name="merging")
    best = run.checkpoints / f"step-{progress['best_step']}"
    if best.exists():
        checkpoints.load_weights(best, model)
    else:
        emit("warning", message="No evaluation was better than the base: the last weights are exported.")
    merged = merge(model, arguments, shards)
    directory = run.directory / "model"
    merged.to(torch.float32).save_pretrained(directory)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"):
        if (shards.directory / name).exists():
            shutil.copyfile(shards.directory / name, directory / name)
    emit("phase", name="exporting")
    script = Path(__file__).with_name("export_gguf.py")
    command = [sys.executable, script, directory, run.directory / "model.gguf"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        print(result.stdout[-2000:], file=sys.stderr)
        raise Problem("The model could not be written as GGUF", "See the lines above; the model itself lies beside it in model/.")


def merge(model, arguments, shards):
    """The model without adapters, in fp32: merging into bf16 weights would round the adapters away."""
    if not arguments.lora:
        return model
    adapters = checkpoints.trainable(model)
    fresh = load(arguments.base, arguments.revision, shards, torch.float32)
    fresh = add_lora(fresh, arguments.lora_rank, arguments.lora_alpha, arguments.lora_dropout)
    parameters = dict(fresh.named_parameters())
    with torch.no_grad():
        for name, value in adapters.items():
            parameters[name].copy_(value)
    return fresh.merge_and_unload()


if __name__ == "__main__":
    main()

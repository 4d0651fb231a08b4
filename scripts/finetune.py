"""Fine-tunes a causal language model on the shards that `persona prepare` wrote.

    .venv/bin/python scripts/finetune.py --shards data/shards/ID --run /tmp/run --base gpt2-large
    .venv/bin/python scripts/finetune.py --shards data/shards/ID --run /tmp/run --base scratch:4x4x128 --steps 50
    .venv/bin/torchrun --nproc-per-node 2 -- scripts/finetune.py --shards data/shards/ID --run /tmp/run --base gpt2-large

Events are JSON lines on stdout; words for people go to stderr. What it makes lies in RUN/attempt-N: checkpoints/,
model/ (merged, safetensors), model.gguf, of LoRA adapter.gguf, record.json, and sample.txt, which shows what is learned. SIGTERM saves and
ends it; --resume goes on with the same losses as if nothing had happened.
"""

import itertools
import math
import os
import sys
import traceback
from typing import NamedTuple

os.umask(0o077)
# OpenMP's threads wait in a loop by default, which stops all of them as soon as another program takes a core.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from evaluation.canaries import planted_split
from evaluation.own_replies import paired_rows
from evaluation.turns import TurnReader
from trainer import checkpoints
from trainer.advice import advice_about
from trainer.distributed import Team, TeamStop
from trainer.evaluation import Evaluator
from trainer.events import Problem, open_event_stream, warning_to
from trainer.export import export
from export_gguf import converter_folder
from trainer.leak_check import check_documents_are_apart, choose_attention
from trainer.loop import Loop
from trainer.machine import Machine, choose_device, choose_precision
from trainer.memory import Work, explain_shortage, free_memory, plan_memory
from trainer.optimizer import Average, has_8bit, make_optimizer
from trainer.options import parse
from trainer.packing import PackedSplit, packed_words
from trainer.preference import Preference
from trainer.progress import Progress, Training, optimizer_of
from trainer.record import Meter, dataset_hash, describe_plan, write_record
from trainer.run_folder import RunFolder, StopRequest
from trainer.runtime import Runtime
from trainer.schedule import make_schedule
from trainer.sharding import check_team, shard
from trainer.shards import NEXT_SPEAKER, OTHERS, PERSONA, Shards
from trainer.step import StepMaker
from trainer.trained_model import TrainedModel, choose_context, decide_compile, prepare_blocks
from trainer.trial import try_export
from trainer.vocabulary import Vocabulary
from trainer.words import persona_words, specificity, word_bytes


def main():
    emit = open_event_stream()
    team = None
    try:
        arguments = parse(__doc__)
        team = Team()
        check_team(arguments, team)
        train(arguments, team, emit if team.is_first else say_nothing)
        team.leave()
    except Exception as error:
        explain(error, team, emit)
        if team:
            team.abandon()
        sys.exit(1)


def explain(error, team, emit):
    """Says what a person can do about an error; where that is nothing, how it came about."""
    advice = advice_about(error, "persona runs resume RUN", "Train again with a lower --micro-batch or --context-length.")
    if advice is None:
        traceback.print_exc()
    elif team is None or team.is_first:
        emit("failed", reason=advice[0], fix=advice[1])
    else:
        print(f"Process {team.rank}: {advice[0]}", file=sys.stderr)


def say_nothing(*_, **__):
    pass


def train(arguments, team, emit):
    run = RunFolder(arguments.run, arguments.attempt, 60 if arguments.resume else 0) if team.is_first else None
    stop = TeamStop(StopRequest(arguments.watch_parent), team)
    torch.set_num_threads(max(1, torch.get_num_threads() - arguments.spare_cores))
    machine = Machine(precision_for(arguments, team))
    is_exporting = run and not arguments.no_export
    if is_exporting and arguments.gguf != "none":
        converter_folder()  # What it lacks is said now, and not after the night.

    emit("phase", name="loading")
    material = load(arguments, machine, team, stop, emit)
    if is_exporting:
        emit("phase", name="trying the export")
        try_export(material.recipe, material.model.config, material.held_out, run.directory, warning_to(emit))
    if run:
        write_sample(run.directory / "sample.txt", material.data, material.shards)

    loop, plan = prepare(arguments, run, material, emit)
    is_stopped = loop.run()
    loop.training.save_what_is_not()

    shards, model, progress = material.shards, material.model, loop.training.progress
    result = result_of(progress, why_it_ended(loop, is_stopped))
    result |= loop.training.meter.summary(model, material.data, machine, arguments.price_per_hour, arguments.peak_tflops)
    if is_exporting and not is_stopped:
        model.zero_grad(set_to_none=True)
        del loop  # Room for the model and what is read back from its GGUF, side by side.
        result |= export(run, material.recipe, model, progress, material.held_out, plan, machine.device, emit)
    if run:
        write_record(run.directory / "record.json", arguments, shards, plan, result, machine.device)
    emit("finished", **result, stopped=is_stopped)


class Material(NamedTuple):
    """What a run is made from, before anything is planned."""

    shards: Shards
    recipe: TrainedModel
    model: torch.nn.Module
    runtime: Runtime
    data: PackedSplit
    held_out: PackedSplit


def load(arguments, machine, team, stop, emit):
    shards = Shards(arguments.shards)
    recipe = TrainedModel(arguments, shards, machine)
    model = recipe.fresh()
    context = choose_context(arguments.context_length, model)
    if arguments.canaries:
        emit("phase", name="planting canaries")
        with machine.asking(model):
            shards.train = planted_split(arguments.run, arguments.canaries, shards, TurnReader(shards), model, machine, arguments.seed)
    if arguments.refine:
        data = paired_rows(arguments.run, shards, model, machine, context, arguments.seed, stop, emit)
    else:
        weights = {PERSONA: 1.0, OTHERS: arguments.others_weight, NEXT_SPEAKER: arguments.next_speaker_weight}
        data = PackedSplit(shards.train, context, weights)
    runtime = Runtime(machine, team, choose_attention(model, arguments.attention, context, machine), stop)
    held_out = packed_words(shards.val, context)
    check_there_is_a_target(data, held_out)
    return Material(shards, recipe, model, runtime, data, held_out)


def prepare(arguments, run, material, emit):
    """Fits the run to the machine, and brings it to where it starts: its loop, and its plan in words."""
    shards, recipe, model, runtime, data, held_out = material
    machine, team, warn = runtime.machine, runtime.team, warning_to(emit)
    if runtime.attention == "apart":  # Shapes differ from batch to batch, and so would what processes do together.
        arguments.compile = arguments.fsdp = "off"
    evaluator = Evaluator(held_out, word_bytes(shards.val, shards.tokenizer), arguments.evaluation_rows, runtime)
    schedule = make_schedule(arguments, len(data), data.context, evaluator.rows)
    found = checkpoints.newest(arguments.run) if arguments.resume else None  # The same to all, now that the first has the lock.
    if found:
        arguments.optimizer = optimizer_of(found[1], arguments)
    memory = plan_for(arguments, material, schedule, warn)
    compiles = decide_compile(arguments.compile, machine.device, schedule, data.context, memory.fsdp, warn)
    if memory.fsdp:
        shard(model, team, machine)
    else:
        model.to(machine.device)
    check_documents_are_apart(model, runtime.attention, data.context, machine)
    prepare_blocks(model, memory.gradient_checkpointing, compiles)
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    optimizer = make_optimizer(memory.optimizer, [p for _, p in trained], schedule.learning_rate, arguments.weight_decay)
    average = Average(trained, arguments.ema_decay) if arguments.ema_decay else None
    maker = StepMaker(model, data, optimizer, runtime, memory.micro_batch, arguments.seed, arguments.clip, one_shape=compiles)

    order = {"data set": dataset_hash(shards.manifest), "context length": data.context}
    order |= {"number of rows a step": schedule.rows_per_step, "seed": arguments.seed}
    progress = Progress(order, memory.micro_batch, memory.optimizer, machine.precision)
    if arguments.refine:  # It is to speak more like the person, which makes held-out words no likelier: all of it counts.
        maker.backward, progress.takes_latest = Preference(data).backward, True
        progress.order["set of pairs"] = data.hash
    training = Training(run, arguments, maker, average, progress, emit)
    if found:
        training.resume(found)
    training.meter = Meter(machine.device, team.size, progress.totals)
    plan = describe_plan(schedule, memory, maker)
    emit("plan", **plan)
    return Loop(training, evaluator, schedule, recipe.fresh), plan


def plan_for(arguments, material, schedule, warn):
    """The memory plan; what does not fit is refused, or warned of where the system may yet find room."""
    _, recipe, model, runtime, data, _ = material
    machine, team = runtime.machine, runtime.team
    rows_here = math.ceil(schedule.rows_per_step / team.size)
    free = team.least(free_memory(machine.device, model, arguments.memory_limit_gb), machine.device)
    work = Work(model, recipe.adapt, data.context, rows_here, machine, free, team.size)
    memory = plan_memory(work, arguments, has_8bit())
    if not memory.fits:
        explain_shortage(memory, machine.device == "cuda" or arguments.memory_limit_gb, warn)
    return memory


def why_it_ended(loop, is_stopped):
    if is_stopped:
        return "rung" if loop.is_at_rung else "stop"
    return "steps" if loop.is_through else "patience"


def result_of(progress, ended_by):
    return {
        "steps": progress.step,
        "bestStep": progress.best_step,
        "bestLoss": progress.best_loss if math.isfinite(progress.best_loss) else None,  # Stopped before the first evaluation.
        "firstLoss": progress.first_loss,
        "firstGeneralLoss": progress.first_general_loss,
        "generalLoss": progress.general_loss,
        "personaBitsPerByte": progress.bits_per_byte(persona=True),
        "othersBitsPerByte": progress.bits_per_byte(persona=False),
        "specificity": specificity(progress.first_words, progress.best_words),
        "personaWords": persona_words(progress.best_words),
        "endedBy": ended_by,
    }


def precision_for(arguments, team):
    """What the run was begun in, if it goes on: another measurement could give another, and other losses. One for the team."""
    if arguments.precision != "auto":
        return arguments.precision
    device = choose_device()
    # Once all have heard of each other, the first has the run's lock, and nobody writes another checkpoint.
    chosen = "bf16" if team.least(choose_precision(device) == "bf16", device) else "fp32"
    found = checkpoints.newest(arguments.run) if arguments.resume else None
    return (found and found[1].get("precision")) or chosen


def check_there_is_a_target(data, held_out):
    for name, packed in (("train", data), ("val", held_out)):
        if not (packed.split.mask == PERSONA).any():
            raise Problem(
                f"The {name} split holds no word of the persona",
                "Hold out more (prepare.holdOutShare in persona.json, at most 0.5), or train on another --persona.",
            )


def write_sample(path, data, shards):
    """Shows the first row as the model will see it, targets between «», for the owner alone."""
    batch = data.batch([0])
    pieces, vocabulary = [], Vocabulary(shards.tokenizer)
    marked = zip(batch["ids"][0].tolist(), (batch["weights"][0] > 0).tolist())
    for is_target, run in itertools.groupby(marked, key=lambda pair: pair[1]):
        text = vocabulary.text([id for id, _ in run], with_structure=True)
        pieces.append(f"«{text}»" if is_target else text)
    path.write_text("".join(pieces), "utf-8")


if __name__ == "__main__":
    main()

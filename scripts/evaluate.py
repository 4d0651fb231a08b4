"""Measures how much a finished run sounds like its person, and what it gives away.

    .venv/bin/python scripts/evaluate.py --run data/runs/ID --shards data/shards/ID \\
        --replies 1000 --seed 0 --temperature 0.9 --top-p 0.95 --min-p 0 --max-tokens 160

Defaults are those of `src/choices/`, which `persona eval` hands on. Events are JSON lines on stdout; words for people go
to stderr. Each part is a file in RUN/evaluation as soon as it is known, `summary.json` the last; started again, it goes on
where it was. `replies.jsonl` holds real and generated words, `worst.jsonl` the training messages that are likeliest to come
out: both are for the owner alone.
"""

import argparse
import dataclasses
import os
import time

os.umask(0o077)
# OpenMP's threads wait in a loop by default, which stops all of them as soon as another program takes a core.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np

from evaluation.asking import Asking
from evaluation.calibration import reserved
from evaluation.contexts import replies_of
from evaluation.folder import EvaluationFolder
from evaluation.models_of_run import ModelsOfRun
from evaluation.parts import Parts
from evaluation.program import add_arguments, run_program
from evaluation.sampling import AS_LEARNED, served_way
from evaluation.turns import TurnReader
from evaluation.two_sample import TooFew
from trainer.events import Problem, warning_to
from trainer.record import dataset_hash
from trainer.shards import Shards

PARTS = ("likelihood", "twoSample", "verifier", "style", "degeneration", "extraction", "membership", "overlap", "canaries")
POOL = 1000  # Contexts of which those that are asked are taken: the fewer of one pool are among the more.
VERSION = 4  # Of how things are measured: figures of another one are measured anew.

# By what a model is asked, and what the replies of each source depend on besides: names in the plan.
ASKED = ("version", "data", "pool", "seed", "max_tokens")
NAMES_OF_SOURCE = {"run": (*ASKED, "model"), "served": (*ASKED, "model", "served"), "base": (*ASKED, "base"), "real": ASKED}


def main():
    arguments = parse()
    run_program(evaluate, arguments, f"persona eval {arguments.run.name}")


def parse(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser, "of the replies as they are served")
    parser.add_argument("--replies", type=int, required=True, help="held-out contexts to answer, where there are as many; --full answers all")
    parser.add_argument("--full", action="store_true", help="answer and measure all that is there, however long it takes")
    parser.add_argument("--seconds", type=float, help="measure as much as this machine manages in so many seconds")
    parser.add_argument(
        "--served-by",
        choices=("engine", "pytorch"),
        required=True,
        help="whether the engine that serves has written the run's replies as served into replies.jsonl, or they are drawn here",
    )
    parser.add_argument(
        "--only-questions", action="store_true", help="write down what the engine has not answered yet, and measure nothing"
    )
    return parser.parse_args(words)


def evaluate(arguments, emit):
    started = time.monotonic()

    # Data and models
    emit("phase", name="loading")
    shards = Shards(arguments.shards)
    reader = TurnReader(shards)
    models = ModelsOfRun(arguments.run, shards, warning_to(emit))
    models.find_base()
    served = served_way(arguments.temperature, arguments.top_p, arguments.min_p)
    pool = questions_of(reader, shards, arguments)
    questions = pool if arguments.full else pool[: arguments.replies]
    folder = EvaluationFolder(arguments.run, plan_of(arguments, shards, models, served, len(pool)), NAMES_OF_SOURCE)

    # What needs the models
    asking = Asking(reader, shards, models, folder, questions, served, arguments.max_tokens, arguments.seed, emit)
    if arguments.only_questions:
        folder.write_lines("questions", asking.left_to_the_engine())
        emit("finished")
        return
    seconds = None if arguments.full or arguments.seconds is None else arguments.seconds
    ways = {"run": AS_LEARNED} if arguments.served_by == "engine" else {"run": AS_LEARNED, "served": served}
    asking.ask("run", ways, lambda pace: asking.choose_sizes(pace, seconds, started, arguments.full))
    asking.ask("base", {"base": AS_LEARNED})
    asking.write_down_real_replies()

    # What needs their answers alone
    parts = Parts(reader, shards, folder, models.canaries, asking.sizes.replies, arguments.seed)
    for at, name in enumerate(PARTS):
        emit("phase", name=f"measuring {name}")
        write_part(folder, name, getattr(parts, name))
        emit("progress", done=at + 1, total=len(PARTS))
    write_part(folder, "nearVerbatim", lambda: drawn_for_the_worst(parts, asking, arguments.full))
    folder.write_lines("worst", parts.worst_messages())
    sizes = {"replies": asking.sizes.replies, "heldOutReplies": len(questions), "conversations": len(shards.val.offsets)}
    summary = {"base": models.base, "seed": arguments.seed, "seconds": time.monotonic() - started, "sizes": sizes}
    summary["servedBy"] = arguments.served_by
    if folder.has("summary"):
        summary = folder.read("summary")  # It was finished before: what it took then is what it takes.
    folder.write("summary", summary)
    emit("finished", **summary)


def plan_of(arguments, shards, models, served, pool):
    """What the figures depend on: if it changes, an evaluation that was begun is begun anew."""
    asked = {name: getattr(arguments, name) for name in ("replies", "seconds", "full", "seed", "max_tokens")}
    data = {"data": dataset_hash(shards.manifest), "pool": pool, "model": models.identity, "base": models.base}
    by = {"by": "engine"} if arguments.served_by == "engine" else {}
    return {"version": VERSION, **asked, **data, "served": dataclasses.asdict(served) | by}


def questions_of(reader, shards, arguments):
    """Held-out contexts that the persona answered, none of which a calibration knows; the first of them are any of them."""
    _, known = reserved(reader, shards.val)
    most = None if arguments.full else max(arguments.replies, POOL)
    questions = replies_of(reader, shards.val, True, most, arguments.seed, leaving_out=known)
    if not questions:
        raise Problem(
            "No held-out message of the persona answers another one",
            "Hold out more (prepare.holdOutShare in persona.json, at most 0.5), and train again: persona train",
        )
    order = np.random.default_rng(arguments.seed).permutation(len(questions))
    return [questions[index] for index in order]


def drawn_for_the_worst(parts, asking, full):
    if not full:
        raise TooFew("A thousand replies more are drawn by persona eval --full alone")
    return parts.near_verbatim(asking.draw_again)


def write_part(folder, name, measure):
    """What cannot be measured says why; what was measured before a kill is not measured again."""
    if folder.has(name):
        return
    try:
        folder.write(name, measure())
    except TooFew as error:
        folder.write(name, {"skipped": str(error)})


if __name__ == "__main__":
    main()

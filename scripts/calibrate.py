"""Chooses how the replies of a finished run are drawn, so that they come nearest to the person's own.

    .venv/bin/python scripts/calibrate.py --run data/runs/ID --shards data/shards/ID \\
        --seed 0 --temperature 0.9 --top-p 0.95 --min-p 0 --max-tokens 160

It answers held-out contexts in several ways around the usual one, which is what the arguments say, and leaves its choice in
RUN/calibration.json, which holds nobody's words; until then, RUN/evaluation/calibration.jsonl keeps what was drawn, and
started again, it goes on there. Evaluations look at other contexts: what was fitted to some is judged by
others. Events are JSON lines on stdout; words for people go to stderr.
"""

import argparse
import json
import os
import time

os.umask(0o077)
# OpenMP's threads wait in a loop by default, which stops all of them as soon as another program takes a core.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np

from evaluation.calibration import LEAST, ROUND, Choosing, grid, reserved
from evaluation.kept_draws import KeptDraws
from evaluation.models_of_run import ModelsOfRun
from evaluation.program import add_arguments, run_program
from evaluation.sampling import ROWS, Sampler, served_way
from evaluation.turns import TurnReader
from trainer.aside import write_text_aside
from trainer.events import Problem, warning_to
from trainer.record import dataset_hash
from trainer.shards import Shards

VERSION = 1


def main():
    arguments = parse()
    run_program(calibrate, arguments, f"persona eval {arguments.run.name} --calibrate")


def parse(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser, "of the replies when nobody chooses")
    parser.add_argument("--seconds", type=float, help="use as many contexts as this machine manages in so many seconds")
    return parser.parse_args(words)


def calibrate(arguments, emit):
    started, warn = time.monotonic(), warning_to(emit)
    emit("phase", name="loading the run")
    shards = Shards(arguments.shards)
    reader = TurnReader(shards)
    replies = questions_of(reader, shards)
    models = ModelsOfRun(arguments.run, shards, warn)
    with models.loaded("run") as model:
        emit("phase", name="calibrating")
        settings = grid(arguments.temperature, arguments.top_p, arguments.min_p)
        draw = drawing(model, reader, models.machine, replies, arguments, warn)
        draw = KeptDraws(arguments.run, plan_of(arguments, shards, models), draw)
        choosing = Choosing(settings, [reply.text for reply in replies], [reply.conversation for reply in replies], draw)
        found = choose(choosing, arguments.seconds and started + arguments.seconds, emit)
    if found is None:
        warn(f"Too slow to calibrate: in {arguments.seconds:.3g} s, fewer than {LEAST} contexts were answered.")
    else:
        found = {"version": VERSION, **found, "seconds": time.monotonic() - started}
        write_text_aside(arguments.run / "calibration.json", json.dumps(found, indent=2) + "\n")
        draw.remove()
    emit("finished")


def plan_of(arguments, shards, models):
    """What a drawn reply depends on: one of another plan is drawn anew."""
    asked = {name: getattr(arguments, name) for name in ("seed", "temperature", "top_p", "min_p", "max_tokens")}
    return {"version": VERSION, **asked, "data": dataset_hash(shards.manifest), "model": models.identity}


def questions_of(reader, shards):
    """In an order of chance, so that the first of them are from all conversations."""
    replies, _ = reserved(reader, shards.val)
    if not replies:
        raise Problem(
            "Too few conversations are held out to calibrate by",
            "Hold out more (prepare.holdOutShare in persona.json, at most 0.5), and train again: persona train",
        )
    return [replies[index] for index in np.random.default_rng(0).permutation(len(replies))]


def drawing(model, reader, machine, replies, arguments, warn):
    """Answers the contexts of some replies in several ways, as texts."""
    contexts = [reply.context for reply in replies]

    def draw(settings, rows):
        ways = [served_way(each.temperature, each.top_p, each.min_p) for each in settings]
        sampler = Sampler(model, reader, machine, arguments.seed, arguments.max_tokens, max(1, ROWS // len(ways)), warn)
        drawn = {}
        for batch in sampler.replies(contexts, ways, rows):
            drawn.update(((way, index), "\n".join(reader.bubbles(ids)[0])) for index, way, ids in batch)
        return [[drawn[way, index] for index in rows] for way in range(len(ways))]

    return draw


def choose(choosing, deadline, emit):
    """Goes on as long as there is time for another round, and for as many as a choice takes."""
    is_more, a_reply = True, 0.0  # Seconds.
    while is_more:
        needed = max(ROUND, LEAST - choosing.count) * len(choosing.left)
        if deadline is not None and time.monotonic() + a_reply * needed > deadline:
            break
        started, count, ways = time.monotonic(), choosing.count, len(choosing.left)
        is_more = choosing.go_on()
        a_reply = (time.monotonic() - started) / (ways * (choosing.count - count))
        emit("progress", done=choosing.count, total=len(choosing.real))
    return choosing.result()


if __name__ == "__main__":
    main()

"""What a base makes of somebody's held-out words before any training: bits per byte.

    .venv/bin/python scripts/bench/bases.py --shards FOLDER --base smollm2-135m --replies 200 --seconds 60

FOLDER holds a data set in the ids of this base; `persona bench bases` makes it. Scored are the persona's replies behind what
they answer, words only, so that bases with different tokenisers compare. Every base is asked about the same replies in the
same order, and as many as fit the time. Prints JSON lines: {"type": "progress", …}, then {"type": "measured", …} or
{"type": "failed", "reason", "fix"}. `--against FILE` tells how far it is from the base whose scores lie there.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from evaluation.contexts import replies_in
from evaluation.scoring import Scorer
from evaluation.turns import TurnReader
from trainer.advice import advice_about
from trainer.events import Problem, open_event_stream, warning_to
from trainer.intervals import bootstrap
from trainer.machine import Machine
from trainer.models import load
from trainer.packing import piece
from trainer.shards import Shards
from trainer.trained_model import context_of
from trainer.words import word_bytes

CHUNK = 16  # Replies between two looks at the clock.


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--revision")
    parser.add_argument("--replies", type=int, required=True, help="at most so many")
    parser.add_argument("--seconds", type=float, required=True, help="of scoring; loading comes on top")
    parser.add_argument("--seed", type=int, default=0, help="which replies come first")
    parser.add_argument("--scores", type=Path, help="file to keep what each reply costs in")
    parser.add_argument("--against", type=Path, help="such a file of another base")
    arguments = parser.parse_args()
    emit = open_event_stream()
    try:
        emit("measured", **measure(arguments, emit))
    except Exception as error:
        reason, fix = advice_about(error, "", "") or (f"{type(error).__name__}: {error}".splitlines()[0][:300], "")
        emit("failed", reason=reason, fix=fix)
        sys.exit(1)


def measure(arguments, emit):
    shards = Shards(arguments.shards)
    replies = in_common_order(TurnReader(shards), shards.val, arguments.seed)[: arguments.replies]
    if not replies:
        raise Problem("No held-out message of the persona answers another one", "Hold out more (prepare.holdOutShare in persona.json).")
    machine = Machine()
    started = time.monotonic()
    model = load(arguments.base, arguments.revision, shards, machine.dtype).eval().requires_grad_(False)
    scorer = Scorer(model, machine, context_of(model), warning_to(emit))
    model.to(machine.device)
    loaded = time.monotonic()
    lengths = word_bytes(shards.val, shards.tokenizer)
    scores = score_while_there_is_time(scorer, shards.val, replies, lengths, loaded + arguments.seconds, emit)
    if arguments.scores:
        arguments.scores.write_text(json.dumps(scores.tolist()))
    return {
        "bitsPerByte": bootstrap(lambda rows: bits_per_byte(scores[rows]), scores[:, CONVERSATION]),
        "against": difference(scores, np.array(json.loads(arguments.against.read_text()))) if arguments.against else None,
        "tokensPerByte": float(scores[:, TOKENS].sum() / scores[:, BYTES].sum()),
        "replies": len(scores),
        "conversations": len(np.unique(scores[:, CONVERSATION])),
        "weights": sum(parameter.numel() for parameter in model.parameters()),
        "precision": machine.precision,
        "loadingSeconds": loaded - started,
        "seconds": time.monotonic() - loaded,
    }


def in_common_order(reader, split, seed):
    """All replies of the persona, in an order that does not depend on the tokeniser: by the numbers of their turns."""
    found = []
    for conversation in range(len(split.offsets)):
        found += replies_in(reader, split, conversation, persona=True)
    order = np.random.default_rng(seed).permutation(len(split.turns))
    return sorted(found, key=lambda reply: order[number_of(reply, split)])


def number_of(reply, split):
    return int(np.searchsorted(split.turns, reply.place, "right")) - 1


NUMBER, CONVERSATION, BITS, BYTES, TOKENS = range(5)  # Columns of scores: of which turn, and of its words alone


def score_while_there_is_time(scorer, split, replies, lengths, until, emit):
    rows = []
    for at in range(0, len(replies), CHUNK):
        if rows and time.monotonic() > until:
            break
        chunk = replies[at : at + CHUNK]
        sizes = [lengths[reply.place : reply.place + len(reply.ids)] for reply in chunk]
        nats = scorer.pieces([words_of(reply, size) for reply, size in zip(chunk, sizes)])
        for reply, size, cost in zip(chunk, sizes, nats):
            rows.append([number_of(reply, split), reply.conversation, cost / np.log(2), size.sum(), np.count_nonzero(size)])
        emit("progress", done=len(rows), total=len(replies))
    return np.array(rows, float)


def words_of(reply, sizes):
    """A reply behind its context, with its words as the only targets."""
    ids, weights = piece(reply.context, reply.ids)
    weights[len(reply.context) :] = sizes > 0
    return ids, weights


def bits_per_byte(scores):
    return scores[:, BITS].sum() / scores[:, BYTES].sum()


def difference(scores, against):
    """By how much lower or higher, on the replies that both have scored, as a share of the other's."""
    _, own, other = np.intersect1d(scores[:, NUMBER], against[:, NUMBER], return_indices=True)
    scores, against = scores[own], against[other]
    return bootstrap(lambda rows: bits_per_byte(scores[rows]) / bits_per_byte(against[rows]) - 1, scores[:, CONVERSATION])


if __name__ == "__main__":
    main()

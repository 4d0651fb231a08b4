"""Canaries: messages that a run learns only to show what it gives away, and twins of them that it never sees.

The base writes them at a high temperature in answer to real messages, so they look like the data and nobody's words are
among them (as the strong canaries of Google's audit, arXiv 2606.10481). A third each is planted 1, 4 and 16 times.
"""

import json
import math
from pathlib import Path

import numpy as np

from evaluation.contexts import replies_of
from evaluation.sampling import Sampler, Way
from evaluation.statistics import auc_by_group, true_positive_rate
from trainer.aside import write_text_aside
from trainer.events import Problem
from trainer.packing import piece
from trainer.shards import NEXT_SPEAKER, PERSONA, Split

FILE = "canaries.json"
REPEATS = (1, 4, 16)
HOT = Way(temperature=1.2)
MIN_TOKENS, MAX_TOKENS = 8, 40
DRAWN = 3  # Times as many as are needed are drawn, since short ones are no secret.
CONTEXT = 128
REVEALED = 0.5  # Asked once, the model says so likely what it has learned.


class WithCanaries(Split):
    """A split with planted conversations behind its own; held in memory."""

    def __init__(self, split, planted, end):
        conversations = [conversation_of(canary, end) for canary in planted for _ in range(canary["repeats"])]
        starts = np.cumsum([len(split.ids), *(len(ids) for ids, _, _ in conversations)])
        self.ids = np.concatenate([split.ids, *(np.array(ids, split.ids.dtype) for ids, _, _ in conversations)])
        self.mask = np.concatenate([split.mask, *(np.array(mask, np.uint8) for _, mask, _ in conversations)])
        self.offsets = np.concatenate([split.offsets, starts[:-1]])
        turns = [start + np.array(own) for start, (_, _, own) in zip(starts, conversations)]
        self.turns = np.concatenate([split.turns, *turns]).astype(np.int64)


def conversation_of(canary, end):
    """(ids, mask codes, starts of turns): the canary is learned as the persona's, what stands before it is only read."""
    ids = [*canary["context"], *canary["ids"], end]
    mask = [0] * len(canary["context"]) + [PERSONA] * len(canary["ids"]) + [NEXT_SPEAKER]
    return ids, mask, canary["turns"]


def planted_split(run, count, shards, reader, model, machine, seed):
    """The training split with this run's canaries; they are written once, and every attempt at the run plants the same."""
    canaries = read_canaries(run)
    if canaries is None:
        canaries = write_canaries(count, shards, reader, model, machine, seed)
        write_text_aside(Path(run) / FILE, json.dumps(canaries))
    return WithCanaries(shards.train, canaries["planted"], shards.manifest["endOfConversation"])


def write_canaries(count, shards, reader, model, machine, seed):
    """`count` to plant, and as many twins."""
    questions = replies_of(reader, shards.train, persona=True, most=2 * DRAWN * count, seed=seed, max_tokens=CONTEXT)
    sampler = Sampler(model, reader, machine, seed, max_tokens=MAX_TOKENS)
    drawn = {index: ids for batch in sampler.replies([each.context for each in questions], [HOT]) for index, _, ids in batch}
    made = [canary_of(reader, questions[index], drawn[index]) for index in sorted(drawn)]
    made = [canary for canary in made if canary is not None]
    if len(made) < 2 * count:
        raise Problem(
            f"Only {len(made)} canaries and twins could be written for this data set, and {2 * count} were asked for",
            f"Ask for fewer: --canaries {len(made) // 2}.",
        )
    order = np.random.default_rng(seed).permutation(len(made))
    planted, twins = ([made[index] for index in order[at : at + count]] for at in (0, count))
    return {"planted": [{**canary, "repeats": REPEATS[at % 3]} for at, canary in enumerate(planted)], "twins": twins}


def canary_of(reader, question, drawn):
    """What the base wrote, closed as the real reply is; None where it is too short."""
    spans, real = reader.spans(drawn)[0], reader.spans(question.ids)[0]
    words, closing = drawn[: spans[-1][1]], question.ids[real[-1][1] :]
    if len(words) < MIN_TOKENS:
        return None
    first, own = question.before[0].start, question.before[-1].end
    prefix = len(question.context) - (question.place - first)
    turns = [prefix + turn.start - first for turn in question.before] + [prefix + own - first]
    return {"context": question.context, "turns": turns, "ids": [*words, *closing]}


def read_canaries(run):
    """None where none were planted."""
    path = Path(run) / FILE
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def costs_of(canaries, scorer):
    """What each planted one and each twin costs in nats where it was planted."""
    asked = [*canaries["planted"], *canaries["twins"]]
    return scorer.pieces([piece(canary["context"], canary["ids"]) for canary in asked]).tolist()


def audit(canaries, base, run):
    """What of them the run has kept, by their costs to the base and to the run."""
    asked = [*canaries["planted"], *canaries["twins"]]
    gains = (np.array(base) - np.array(run)) / [len(canary["ids"]) for canary in asked]
    count = len(canaries["planted"])
    planted, twins, is_planted = gains[:count], gains[count:], np.arange(len(gains)) < count
    repeats = np.array([canary["repeats"] for canary in canaries["planted"]])
    kept = [of_repeats(n, planted[repeats == n], twins, np.array(run[:count])[repeats == n]) for n in np.unique(repeats).tolist()]
    return {
        "planted": count,
        "twins": len(twins),
        "byRepeats": kept,
        "auc": auc_by_group(gains, is_planted, range(len(gains))),
        "tprAt1": true_positive_rate(planted, twins),
    }


def of_repeats(repeats, gains, twins, costs):
    """Exposure (Carlini et al. 2019): how many bits of guessing among the twins the run spares; most in the first place."""
    exposures = [math.log2((1 + len(twins)) / (1 + (twins >= gain).sum())) for gain in gains]
    return {
        "repeats": repeats,
        "count": len(gains),
        "exposure": float(np.mean(exposures)),
        "maxExposure": math.log2(1 + len(twins)),
        "revealed": int((np.exp(-costs) > REVEALED).sum()),
    }

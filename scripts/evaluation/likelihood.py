"""What held-out words cost the base and the run, in bits per byte, and how much of the gain is the person's own."""

import numpy as np

from trainer.evaluation import sums_by_conversation
from trainer.words import bits_per_byte, specificity, word_bytes


def likelihood(shards, base, run, strangers=()):
    """From the scores of the held-out split by both models; `strangers` are conversations with nobody that the run knows."""
    lengths = word_bytes(shards.val, shards.tokenizer)
    before, after = (words_by_conversation(shards.val, lengths, scores) for scores in (base, run))
    known = np.setdiff1d(np.flatnonzero(before.any(axis=1)), strangers)
    unknown = np.intersect1d(np.flatnonzero(before.any(axis=1)), strangers)
    pair = lambda rows, persona: {"base": bits_per_byte(before[rows], persona), "run": bits_per_byte(after[rows], persona)}
    found = {"persona": pair(slice(None), True), "others": pair(known, False)}
    if len(unknown):
        found["strangers"] = pair(unknown, False)
    with_words = before.any(axis=1)
    return {**found, "specificity": specificity(before[with_words], after[with_words])}


def words_by_conversation(split, lengths, scores):
    """Bits and bytes of the persona's words and of the others', a line a conversation; see `trainer/words.py`."""
    persona, others = sums_by_conversation(split, lengths, scores.nats, scores.places)
    return np.concatenate([persona[2:], others[2:]]).T


def strangers_in(reader, shards):
    """Held-out conversations in which nobody but the persona is somebody that training has heard."""
    known = set(shards.manifest["speakers"])
    found = []
    for conversation in range(len(shards.val.offsets)):
        others = {turn.speaker for turn in reader.turns(shards.val, conversation) if not turn.is_persona}
        if others and not others & known:
            found.append(conversation)
    return found

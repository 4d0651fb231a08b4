"""What held-out words cost the base and the run, in bits per byte, and how much of the gain is the persona's own."""

import numpy as np

from trainer.evaluation import sums_by_conversation, words_by_conversation
from trainer.words import OTHERS_BITS, OTHERS_BYTES, PERSONAS_BITS, PERSONAS_BYTES, bits_per_byte, specificity, word_bytes


def likelihood(shards, base, run, strangers=()):
    """From the scores of the held-out split by both models; `strangers` are conversations with nobody that the run knows."""
    lengths = word_bytes(shards.val, shards.tokenizer)
    before, after = (
        words_by_conversation(*sums_by_conversation(shards.val, lengths, scores.nats, scores.places)) for scores in (base, run)
    )
    scored = np.flatnonzero(before.any(axis=1))
    is_strange = np.isin(scored, strangers)
    pair = lambda rows, persona: {"base": bits_per_byte(before[rows], persona), "run": bits_per_byte(after[rows], persona)}
    found = {"persona": pair(scored, True), "others": pair(scored[~is_strange], False)}
    of_strangers = pair(scored[is_strange], False)
    if None not in of_strangers.values():  # Some only react, or send pictures.
        found["strangers"] = of_strangers
    by_conversation = [line(conversation, before, after) for conversation in scored.tolist()]
    return {**found, "specificity": specificity(before[scored], after[scored]), "byConversation": by_conversation}


def line(conversation, before, after):
    """What the words of one conversation cost, so that runs can be compared conversation by conversation."""
    side = lambda bits, length: {
        "base": round(float(before[conversation, bits]), 2),
        "run": round(float(after[conversation, bits]), 2),
        "bytes": int(before[conversation, length]),
    }
    return {"conversation": conversation, "persona": side(PERSONAS_BITS, PERSONAS_BYTES), "others": side(OTHERS_BITS, OTHERS_BYTES)}


def strangers_in(reader, shards):
    """Held-out conversations in which nobody but the persona is somebody that training has heard."""
    known = set(shards.manifest["speakers"])
    found = []
    for conversation in range(len(shards.val.offsets)):
        others = {turn.speaker for turn in reader.turns(shards.val, conversation) if not turn.is_persona}
        if others and not others & known:
            found.append(conversation)
    return found

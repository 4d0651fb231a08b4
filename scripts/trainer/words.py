"""What words alone cost: bits per byte, and how much of what was learned is the persona's own.

A loss per token counts ends of turns and bubble breaks as words, and falls for everybody's words once a model has learned
the format. Here only what somebody typed counts, by its bytes, so that bases with different tokenisers compare.
"""

import math

import numpy as np

from trainer.intervals import bootstrap
from trainer.vocabulary import Vocabulary

NEWLINES = set(b"\n")
MIN_CONVERSATIONS = 8  # Of fewer, an interval would say more about which they are than about the persona.
PERSONAS_BITS, PERSONAS_BYTES, OTHERS_BITS, OTHERS_BYTES = range(4)  # Columns of the words of conversations


def word_bytes(split, tokenizer):
    """How many bytes of text each token of a split stands for; none where it separates bubbles or ends a turn.

    Text is encoded line by line and never becomes a special token, so the token alone tells what it is, but for the space
    after a newline, which marks a line break inside a bubble.
    """
    vocabulary = Vocabulary(tokenizer)
    lengths = np.array([len(own) if set(own) != NEWLINES else 0 for own in vocabulary.bytes], np.uint16)
    found = lengths[split.ids]
    is_after_newline = np.append(False, split.ids[:-1] == vocabulary.newline)
    found[is_after_newline & (split.ids == vocabulary.space)] = 0
    return found


def bits_per_byte(words, persona):
    """Of the persona's words or of the others'; None where there are none."""
    sums = np.reshape(words, (-1, 4)).sum(axis=0)
    bits, length = sums[[PERSONAS_BITS, PERSONAS_BYTES] if persona else [OTHERS_BITS, OTHERS_BYTES]]
    return float(bits / length) if length else None


def persona_bytes(words):
    """How many bytes of the persona's words were measured: runs that measured others do not compare."""
    return int(np.reshape(words, (-1, 4))[:, PERSONAS_BYTES].sum())


def persona_words(words):
    """Bits and bytes of the persona's words in each held-out conversation, by which runs are compared in pairs."""
    return [[round(bits, 2), int(length)] for bits, length, *_ in words if length]


def specificity(before, after):
    """By how much more the persona's words gained than the others' did, as a share of what they cost before training.

    With its interval by conversation; None where there is too little to tell from.
    """
    before, after = np.reshape(before, (-1, 4)), np.reshape(after, (-1, 4))
    if len(before) != len(after) or len(before) < MIN_CONVERSATIONS or not before.any(axis=0).all():
        return None
    return bootstrap(lambda rows: own_gain(before[rows], after[rows]), range(len(before)))


def own_gain(before, after):
    kept = [after[:, column].sum() / (before[:, column].sum() or math.nan) for column in (PERSONAS_BITS, OTHERS_BITS)]
    return float(kept[1] - kept[0])

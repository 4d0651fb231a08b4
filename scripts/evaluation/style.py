"""How far apart two lists of replies are in each habit of writing.

Numbers a reply (its length, its bubbles) by the Wasserstein distance, in standard deviations of the person's own; what is
chosen from (letters, function words) by the Jensen–Shannon distance, from 0 to 1.
"""

import itertools
import re
from collections import Counter

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from evaluation.verifier import pick

SPLITS = 10
EMOJI = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
ELONGATION = re.compile(r"(\w)\1\1")
WORD = re.compile(r"\w+")
MAX_CHOICES = 300  # The most frequent of the person's; the others count as one.


def numbers(bubbles):
    """Name → a number of one reply."""
    text = "\n".join(bubbles)
    letters = [letter for letter in text if letter.isalpha()]
    size = max(1, len(text))
    return {
        "length": len(text),
        "bubbles": len(bubbles),
        "words in a bubble": len(WORD.findall(text)) / max(1, len(bubbles)),
        "punctuation": sum(letter in ".,;:!?…" for letter in text) / size,
        "capitals": sum(letter.isupper() for letter in letters) / max(1, len(letters)),
        "emoji": len(EMOJI.findall(text)),
        "elongations": len(ELONGATION.findall(text)),
    }


def choices(bubbles):
    """Name → what one reply chose from."""
    text = "\n".join(bubbles)
    words = [word.lower() for word in WORD.findall(text)]
    return {
        "how bubbles begin": [beginning(bubble[0]) for bubble in bubbles],
        "how bubbles end": [bubble[-1] if not bubble[-1].isalnum() else "letter" for bubble in bubbles],
        "frequent words": words,
        "three letters": [text[at : at + 3] for at in range(len(text) - 2)],
    }


def beginning(letter):
    return "capital" if letter.isupper() else "small" if letter.isalpha() else "other"


def distances(real, other):
    """Name → distance of two lists of replies, each a list of bubbles."""
    found = {}
    for name, ours, theirs in by_name(numbers, real, other):
        found[name] = wasserstein_distance(ours, theirs) / (np.std(ours) or np.std([*ours, *theirs]) or 1.0)
    for name, ours, theirs in by_name(choices, real, other):
        found[name] = divergence(*(Counter(itertools.chain.from_iterable(chosen)) for chosen in (ours, theirs)))
    return {name: float(value) for name, value in found.items()}


def by_name(habits, real, other):
    """Yields each name of `habits`, and what it is for every reply of both lists."""
    ours, theirs = ([habits(bubbles) for bubbles in replies] for replies in (real, other))
    for name in ours[0]:
        yield name, [each[name] for each in ours], [each[name] for each in theirs]


def divergence(ours, theirs):
    """Jensen–Shannon distance with logarithms to base 2; 1 where one of them is silent."""
    kept = [item for item, _ in ours.most_common(MAX_CHOICES)]
    if not ours or not theirs:
        return 0.0 if ours == theirs else 1.0
    known = [[counts[item] for item in kept] for counts in (ours, theirs)]
    shares = [each + [counts.total() - sum(each)] for each, counts in zip(known, (ours, theirs))]
    return float(np.nan_to_num(jensenshannon(*shares, base=2)))


def own_halves(replies, size, seed=0):
    """Distances of the person from themselves: of two lists of `size` of their replies that share no conversation.

    `replies` are (bubbles, conversation); the mean of several splits.
    """
    random = np.random.default_rng(seed)
    conversations = sorted({conversation for _, conversation in replies})
    found = []
    for _ in range(SPLITS):
        first = set(random.permutation(conversations)[: len(conversations) // 2].tolist())
        halves = [[bubbles for bubbles, c in replies if (c in first) == is_first] for is_first in (True, False)]
        if all(halves):
            found.append(distances(*(pick(half, size, random) for half in halves)))
    return {name: float(np.mean([each[name] for each in found])) for name in found[0]} if found else None

"""What no person writes: repetition, silence, a turn that does not end. Each rate stands beside that of real replies."""

import re
from collections import Counter

import numpy as np

WORD = re.compile(r"\w+|[^\w\s]")
PLACEHOLDER = re.compile(r"\[[a-z]{2,12}(?: \d{1,9})?\]")  # As `src/transcript/placeholders.ts` has them.
REPEATED_WORDS = 4


def rates(replies):
    """Of replies (bubbles, whether the turn ended): name → share."""
    texts = ["\n".join(bubbles) for bubbles, _ in replies]
    words = [WORD.findall(text.lower()) for text in texts]
    return {
        "distinct words": distinct(words, 1),
        "distinct pairs of words": distinct(words, 2),
        "repeats itself": share(repeats(own) or has_twin(bubbles) for own, (bubbles, _) in zip(words, replies)),
        "same as another reply": share(count > 1 for count in counted(texts)),
        "empty": share(not bubbles for bubbles, _ in replies),
        "does not end": share(not is_over for _, is_over in replies),
        "speaks for others": share(opens_a_turn(bubbles) for bubbles, _ in replies),
        "holds a placeholder": share(PLACEHOLDER.search(text) is not None for text in texts),
    }


def distinct(texts, length):
    """Different n-grams as a share of all (Li et al. 2016)."""
    grams = [gram for words in texts for gram in grams_of(words, length)]
    return len(set(grams)) / max(1, len(grams))


def grams_of(words, length):
    return list(zip(*(words[at:] for at in range(length))))


def repeats(words):
    """Whether some words in a row come twice."""
    grams = grams_of(words, REPEATED_WORDS)
    return len(set(grams)) < len(grams)


def has_twin(bubbles):
    return len(set(bubbles)) < len(bubbles)


def counted(texts):
    counts = Counter(texts)
    return [counts[text] for text in texts]


def opens_a_turn(bubbles):
    """Whether a line looks like the name above somebody's turn."""
    return any(re.fullmatch(r"[^\W\d_][\w .'-]{0,30}:", line) for bubble in bubbles for line in bubble.split("\n"))


def share(claims):
    claims = [bool(claim) for claim in claims]
    return float(np.mean(claims)) if claims else 0.0

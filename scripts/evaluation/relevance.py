"""Whether replies belong to what they answer: how often one is likelier in its own context than in another's.

The judge is the base's likelihood. It flatters what the base itself might have written, so its figures are compared with
those of real replies, and never with 100 %.
"""

import numpy as np
from scipy.stats import binomtest

from evaluation.statistics import wilson
from trainer.packing import piece

JUDGE = "likelihood of the base"
MAX_CONTEXT = 128  # Tokens; what was said long before decides little.


def relevance(scorer, contexts, conversations, sources, on_progress=lambda done, total: None):
    """`sources` are {name: replies as ids}, one for each context, None where there is none."""
    others = shuffled(conversations)
    asked = [(name, i) for name, replies in sources.items() for i, ids in enumerate(replies) if ids and others[i] is not None]
    pieces = [piece(contexts[at][-MAX_CONTEXT:], sources[name][i]) for name, i in asked for at in (i, others[i])]
    own, foreign = scorer.pieces(pieces, on_progress).reshape(-1, 2).T
    prefers = {name: [bool(a < b) for (of, _), a, b in zip(asked, own, foreign) if of == name] for name in sources}
    return {"judge": JUDGE, **{name: wilson(sum(claims), len(claims)) for name, claims in prefers.items()}, **chance(prefers)}


def chance(prefers):
    """The probability that generated replies without any relation would do as well."""
    claims = prefers["generated"]
    return {"p": float(binomtest(sum(claims), len(claims), 0.5, "greater").pvalue) if claims else None}


def shuffled(conversations):
    """For each context one of another conversation; None where there is none."""
    order = np.random.default_rng(0).permutation(len(conversations)).tolist()
    found = [None] * len(conversations)
    for at, index in enumerate(order):
        later = (order[(at + step) % len(order)] for step in range(1, len(order)))
        found[index] = next((other for other in later if conversations[other] != conversations[index]), None)
    return found

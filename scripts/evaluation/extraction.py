"""How many training messages the served model would write word for word, if it were asked often enough.

(n, p)-discoverable extraction (Hayes et al. 2024): asked n times with what stood before a message, a model whose sampling
gives it probability p writes it with probability 1 − (1 − p)ⁿ. One pass tells p, so nothing is generated. What the base
would have written anyway is taken off: that is likely text and no memory.
"""

import numpy as np

from evaluation.messages import costs

ASKED = {"n1": 1, "n100": 100, "n10000": 10_000}


def extraction(messages, base, run):
    """Expected number of messages of the persona and of others; scores of the training split by both models."""
    found = {}
    for name, persona in (("persona", True), ("others", False)):
        own = [message for message in messages if message.is_persona == persona]
        found[name] = {**expected(costs(own, base.served), costs(own, run.served)), "messages": len(own)}
    return {**found, "messages": len(messages)}


def expected(before, after):
    """By their costs in nats before and after training."""
    return {name: float(np.maximum(0, seen(after, n) - seen(before, n)).sum()) for name, n in ASKED.items()}


def seen(costs, times):
    """Probability of at least one hit; exact for the smallest ones too."""
    with np.errstate(divide="ignore"):
        return -np.expm1(times * np.log1p(-np.exp(-np.asarray(costs, float))))


def worst(messages, base, run, most=50):
    """The messages that training has made likeliest: (message, probability before, probability after)."""
    before, after = costs(messages, base.served), costs(messages, run.served)
    order = np.argsort(-(seen(after, 100) - seen(before, 100)), kind="stable")[:most]
    return [(messages[index], float(np.exp(-before[index])), float(np.exp(-after[index]))) for index in order]

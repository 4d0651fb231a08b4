"""Intervals that say how much a figure is worth: each is {value, low, high} and holds 95 %."""

import math

import numpy as np

DRAWS = 1000
DEVIATIONS = 1.959964  # That hold 95 % of a normal distribution.


def wilson(successes, count):
    """A share of independent trials (Wilson 1927); None of none."""
    if count == 0:
        return None
    share, square = successes / count, DEVIATIONS**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = DEVIATIONS * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return interval(share, middle - half, middle + half)


def bootstrap(statistic, groups, draws=DRAWS):
    """`statistic(rows)` of all rows, with the spread that it has when groups are drawn again (Efron 1979).

    Rows of one conversation resemble each other: drawn one by one, they would promise more than they know.
    """
    groups = np.unique(groups, return_inverse=True)[1]
    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    random = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        chosen = random.integers(0, len(members), len(members))
        found.append(statistic(np.concatenate([members[index] for index in chosen])))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return interval(statistic(order), low, high)


def mean_by_group(values, groups):
    values = np.asarray(values, float)
    return bootstrap(lambda rows: values[rows].mean(), groups)


def auc(positives, negatives):
    """How often one of the positives scores above one of the negatives; ties count half (Mann and Whitney 1947)."""
    positives, negatives = np.asarray(positives), np.sort(negatives)
    if len(positives) == 0 or len(negatives) == 0:
        return math.nan
    below, upto = (np.searchsorted(negatives, positives, side) for side in ("left", "right"))
    return float((below + upto).sum() / (2 * len(positives) * len(negatives)))


def true_positive_rate(positives, negatives, false_positive_rate=0.01):
    """Share of the positives above a threshold that no more than so many of the negatives exceed."""
    negatives = np.sort(negatives)[::-1]
    if len(positives) == 0 or len(negatives) == 0:
        return math.nan
    threshold = negatives[min(len(negatives) - 1, int(false_positive_rate * len(negatives)))]
    return float((np.asarray(positives) > threshold).mean())


def interval(value, low, high):
    return {"value": float(value), "low": float(low), "high": float(high)}

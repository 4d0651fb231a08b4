"""Shares and rankings, with the intervals that say how much they are worth."""

import math

import numpy as np

from trainer.intervals import bootstrap, interval

DEVIATIONS = 1.959964  # That hold 95 % of a normal distribution.


def wilson(successes, count):
    """A share of independent trials (Wilson 1927); None of none."""
    if count == 0:
        return None
    share, square = successes / count, DEVIATIONS**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = DEVIATIONS * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return interval(share, middle - half, middle + half)


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


def auc_by_group(values, is_positive, groups):
    return bootstrap(lambda rows: auc(values[rows[is_positive[rows]]], values[rows[~is_positive[rows]]]), groups)


def true_positive_rate(positives, negatives, false_positive_rate=0.01):
    """Share of the positives above a threshold that no more than so many of the negatives exceed."""
    negatives = np.sort(negatives)[::-1]
    if len(positives) == 0 or len(negatives) == 0:
        return math.nan
    threshold = negatives[min(len(negatives) - 1, int(false_positive_rate * len(negatives)))]
    return float((np.asarray(positives) > threshold).mean())

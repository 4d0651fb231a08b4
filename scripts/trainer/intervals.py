"""How much a figure is worth: an interval is {value, low, high}, and holds 95 %."""

import numpy as np

DRAWS = 1000


def bootstrap(statistic, groups, draws=DRAWS):
    """`statistic(rows)` of all rows, with the spread that it has when groups are drawn again (Efron 1979).

    Rows of one conversation resemble each other: drawn one by one, they would promise more than they know.
    """
    _, groups, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(groups, kind="stable")
    starts = np.cumsum(sizes) - sizes
    random = np.random.default_rng(0)
    drawn = (random.integers(0, len(sizes), len(sizes)) for _ in range(draws))
    found = [statistic(order[spans(starts[chosen], sizes[chosen])]) for chosen in drawn]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return interval(statistic(order), low, high)


def spans(starts, sizes):
    """The indices of several spans, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(sizes.sum())


def interval(value, low, high):
    return {"value": float(value), "low": float(low), "high": float(high)}

"""Which way of drawing brings a run's replies nearest to the person's own.

Near is what the maximum mean discrepancy says (Gretton et al. 2012): how far apart replies to the same contexts are as
distributions, by the groups of letters in them. Ways that are clearly worse than the best are dropped as soon as that shows
(successive elimination, Even-Dar et al. 2006). Of those that cannot be told from the best, the nearest to what is usual wins.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.metrics.pairwise import euclidean_distances

from evaluation.contexts import replies_in
from evaluation.statistics import DEVIATIONS

MOST = 300  # Contexts; four times as many would halve the error.
ROUND = 16
LEAST = 64  # Of fewer, hardly any two ways can be told apart.
LEAST_CONVERSATIONS = 5
SHARE = 1 / 3  # Of the held-out conversations at most: the others judge what was chosen.
TEMPERATURES = (-0.2, 0.0, 0.2, 0.4)  # Beside the usual one.
MIN_P = (0.0, 0.05, 0.1)
WIDTH = 0.3  # Of the median distance of the person's own replies: tells lengths and people apart; wider, lengths less.


def reserved(reader, split):
    """(held-out replies to calibrate by, their conversations), always the same; no evaluation looks at these conversations.

    Empty where there are too few.
    """
    order = np.random.default_rng(0).permutation(len(split.offsets)).tolist()
    replies, conversations = [], set()
    for conversation in order[: int(SHARE * len(order))]:
        if len(replies) >= MOST:
            break
        replies += replies_in(reader, split, conversation, persona=True)
        conversations.add(conversation)
    is_enough = len(replies) >= LEAST and len({reply.conversation for reply in replies}) >= LEAST_CONVERSATIONS
    return (replies[:MOST], frozenset(conversations)) if is_enough else ([], frozenset())


@dataclass(frozen=True)
class Setting:
    """What chat and bot can choose; `steps` says how far it is from the usual one."""

    temperature: float
    top_p: float
    min_p: float
    steps: int


def grid(temperature, top_p, min_p):
    """The usual setting, and those around it: other temperatures, and other ways to cut off what is unlikely."""
    temperatures = sorted({round(temperature + step, 2) for step in TEMPERATURES if temperature + step > 0})
    cuts = [(top_p, min_p), *((1.0, least) for least in MIN_P if (1.0, least) != (top_p, min_p))]
    pairs = itertools.product(temperatures, enumerate(cuts))
    around = [Setting(t, *cut, round(abs(t - temperature) / 0.2) + (place > 0)) for t, (place, cut) in pairs]
    return sorted(around, key=lambda setting: setting.steps)


class Discrepancy:
    """Distances of replies from the person's own to the same contexts, all by one kernel.

    The kernel is Gaussian, on the square roots of the shares that each group of one to three letters has in a reply. Pairs of
    replies from one conversation are left out: they resemble each other.
    """

    def __init__(self, real, conversations):
        shape = {"ngram_range": (1, 3), "n_features": 2**16, "lowercase": False, "alternate_sign": False}
        self.vectorizer = HashingVectorizer(analyzer="char", norm="l1", **shape)
        self.real = self._features(real)
        apart = euclidean_distances(self.real, squared=True)
        self.width = WIDTH * float(np.median(apart[np.triu_indices(len(real), 1)])) or 1.0
        self.among_real = self._kernel(apart)
        self.places = np.unique(conversations, return_inverse=True)[1]
        sizes = np.bincount(self.places).astype(float)
        self.pairs = np.outer(sizes, sizes)
        np.fill_diagonal(self.pairs, 0)

    def sums(self, drawn):
        """Of the statistic's kernel (Gretton et al. 2012, eq. 4), a pair of conversations."""
        drawn = self._features(drawn)
        across = self._kernel(euclidean_distances(self.real, drawn, squared=True))
        pairs = self.among_real + self._kernel(euclidean_distances(drawn, squared=True)) - across - across.T
        member = np.eye(len(self.pairs))[self.places]
        sums = member.T @ pairs @ member
        np.fill_diagonal(sums, 0)
        return sums

    def estimate(self, sums):
        """(mean, standard error): the unbiased estimate, and how it varies when a conversation is left out (jackknife).

        Of the difference of two ways' sums it is the difference of their distances.
        """
        without = (sums.sum() - 2 * sums.sum(0)) / (self.pairs.sum() - 2 * self.pairs.sum(0))
        count = len(without)
        error = np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum())
        return float(sums.sum() / self.pairs.sum()), float(error)

    def _features(self, texts):
        # Ends count: how a reply begins and ends is a habit too.
        return self.vectorizer.transform([f"\n{text}\n" for text in texts]).sqrt()

    def _kernel(self, apart):
        return np.exp(-apart / self.width)


class Choosing:
    """Draws replies in all ways that are left, a round of contexts after another, and drops the ways that lose.

    `draw(settings, rows)` gives a list of texts for each of the settings, one text a row; the first setting is the usual one.
    """

    def __init__(self, settings, real, conversations, draw):
        self.usual, self.left = settings[0], list(settings)
        self.real, self.conversations = real, conversations
        self.draw = draw
        self.drawn = {setting: [] for setting in settings}
        self.count = 0

    def go_on(self):
        """Draws another round; whether there is more to draw."""
        rows = range(self.count, min(self.count + ROUND, len(self.real)))
        for setting, texts in zip(self.left, self.draw(self.left, rows)):
            self.drawn[setting] += texts
        self.count = rows.stop
        if self.count >= LEAST:
            self._measure()
            self.left = [each for each in self.left if each == self.usual or not self._is_clearly_worse(each)]
        return self.count < len(self.real)

    def _measure(self):
        self.distance = Discrepancy(self.real[: self.count], self.conversations[: self.count])
        self.sums = {setting: self.distance.sums(self.drawn[setting]) for setting in self.left}
        self.best = min(self.left, key=lambda setting: self.sums[setting].sum())

    def _is_clearly_worse(self, setting):
        """Than the best, beyond doubt."""
        gap, error = self.distance.estimate(self.sums[setting] - self.sums[self.best])
        return gap > DEVIATIONS * error

    def result(self):
        """None as long as too little was drawn."""
        if self.count < LEAST:
            return None
        equals = [setting for setting in self.left if not self._is_clearly_worse(setting)]
        chosen = min(equals, key=lambda setting: (setting.steps, self.sums[setting].sum()))
        distances = {name: self._distance(of) for name, of in (("chosen", chosen), ("usual", self.usual), ("best", self.best))}
        sizes = {"replies": self.count, "conversations": len(self.distance.pairs)}
        return {"temperature": chosen.temperature, "topP": chosen.top_p, "minP": chosen.min_p, **sizes, "distances": distances}

    def _distance(self, setting):
        value, error = self.distance.estimate(self.sums[setting])
        return {"value": value, "error": error}

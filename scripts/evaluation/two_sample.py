"""How often a classifier that has seen others can tell which of two people, or machines, wrote a reply.

50 % means that they cannot be told apart (classifier two-sample test, Lopez-Paz and Oquab 2017).
"""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline, make_union

from evaluation.statistics import mean_by_group

FOLDS = 5
MIN_REPLIES = 30  # A class; of fewer, nothing is learned that could be found again.


class TooFew(Exception):
    """There is too little to measure; says how much it would take."""


def classifier():
    """Character 1- to 4-grams and words, weighted by their rarity, into a logistic regression."""
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), lowercase=False, sublinear_tf=True, max_features=60_000)
    words = TfidfVectorizer(token_pattern=r"\w+|[^\w\s]+", ngram_range=(1, 2), sublinear_tf=True, max_features=30_000)
    return make_pipeline(make_union(characters, words), LogisticRegression(C=10, solver="liblinear"))


def accuracy(one, other, seed=0):
    """Of telling two lists of (text, conversation) apart; folds and interval go by conversation."""
    one, other = balanced(one, other, seed)
    texts, groups = np.array([text for text, _ in [*one, *other]], dtype=object), np.array([group for _, group in [*one, *other]])
    labels = np.repeat([0, 1], len(one))
    right = np.zeros(len(texts))
    for train, test in folds(labels, groups, seed):
        fitted = classifier().fit(texts[train], labels[train])
        right[test] = fitted.predict(texts[test]) == labels[test]
    return mean_by_group(right, groups)


def balanced(one, other, seed):
    """As many of each, chosen at random."""
    size = min(len(one), len(other))
    if size < MIN_REPLIES:
        raise TooFew(f"There are {size} replies of the kind that has fewer, and it takes at least {MIN_REPLIES} of each")
    random = np.random.default_rng(seed)
    return tuple([texts[index] for index in np.sort(random.permutation(len(texts))[:size])] for texts in (one, other))


def folds(labels, groups, seed):
    """Pairs of rows to learn from and to be asked about; no conversation is in both."""
    of_each = min(len(np.unique(groups[labels == label])) for label in (0, 1))
    if of_each < FOLDS:
        raise TooFew(f"The replies are from {of_each} conversation{'s' if of_each > 1 else ''}, and it takes at least {FOLDS}")
    return StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels, groups)

"""Whether several replies together would be taken for the person's, by classifiers that know the person and their friends.

Single messages carry little, so bags of them are judged. Two verifiers of different kinds: what is tuned against one of
them seldom deceives the other.
"""

import zlib

import numpy as np
from sklearn.model_selection import GroupKFold

from evaluation.two_sample import MIN_REPLIES, TooFew, classifier

SIZES = (1, 5, 10, 20)
BAGS = 200
FOLDS = 3
MAX_REPLIES = 4000  # Of each, to learn from.


class Ngrams:
    """Logistic regression on n-grams; a bag's score is the mean of its replies'."""

    name = "ngrams"

    def fit(self, persona, friends):
        self.fitted = classifier().fit([*persona, *friends], [1] * len(persona) + [0] * len(friends))
        return self

    def score(self, bags):
        if not bags:
            return np.empty(0)
        texts = sorted({text for bag in bags for text in bag})
        known = dict(zip(texts, self.fitted.decision_function(texts)))
        return np.array([np.mean([known[text] for text in bag]) for bag in bags])


class Compression:
    """By how much better a bag compresses after the person's text than after the friends' (Benedetto et al. 2002).

    The compressor knows 32 KB at most, so several excerpts of each are asked.
    """

    name = "compression"
    window = 32_000
    excerpts = 3

    def fit(self, persona, friends):
        self.known = [self._excerpts(texts) for texts in (persona, friends)]
        return self

    def _excerpts(self, texts):
        random = np.random.default_rng(0)
        joined = ("\n".join(texts[index] for index in random.permutation(len(texts))).encode() for _ in range(self.excerpts))
        return [text[: self.window] for text in joined]

    def score(self, bags):
        return np.array([self._score("\n".join(bag).encode()) for bag in bags])

    def _score(self, text):
        persona, friends = (np.mean([size_after(excerpt, text) for excerpt in known]) for known in self.known)
        return (friends - persona) / max(1, len(text))


def size_after(known, text):
    compressor = zlib.compressobj(9, wbits=-15, zdict=known)
    return len(compressor.compress(text) + compressor.flush())


def verify(persona, friends, asked, seed=0):
    """How many bags of each list of `asked` ({name: texts}) are attributed to the persona, a verifier and size of bags.

    `persona` and `friends` are (text, conversation), to learn from. The threshold is where bags of conversations that were
    not learned from are told best.
    """
    if min(len(persona), len(friends)) < MIN_REPLIES:
        found = f"There are {len(persona)} replies of the persona and {len(friends)} of others"
        raise TooFew(f"{found}, and it takes {MIN_REPLIES} of each")
    return [verify_by(kind, persona, friends, asked, seed) for kind in (Ngrams, Compression)]


def verify_by(kind, persona, friends, asked, seed):
    random = np.random.default_rng(seed)
    persona, friends = (pick(replies, MAX_REPLIES, random) for replies in (persona, friends))
    unseen = out_of_fold(kind, persona, friends, random)
    final = kind().fit([text for text, _ in persona], [text for text, _ in friends])
    bags = []
    for size in SIZES:
        threshold, is_told = best_threshold(*unseen[size])
        shares = {name: share_above(final, texts, size, threshold, random) for name, texts in asked.items()}
        bags.append({"size": size, **shares, "told": is_told})
    return {"name": kind.name, "bags": bags}


def out_of_fold(kind, persona, friends, random):
    """Size of bags → scores of the persona's bags and of the friends', none of which was learned from."""
    texts = np.array([text for text, _ in [*persona, *friends]], dtype=object)
    groups = [str(conversation) for _, conversation in [*persona, *friends]]
    is_persona = np.arange(len(texts)) < len(persona)
    scores = {size: ([], []) for size in SIZES}
    count = min(FOLDS, len(set(groups)))
    if count < 2:
        raise TooFew("All replies are from one conversation, and it takes several")
    for train, test in GroupKFold(count).split(texts, is_persona, groups):
        learned = [texts[train[is_persona[train] == own]].tolist() for own in (True, False)]
        left = [texts[test[is_persona[test] == own]].tolist() for own in (True, False)]
        if not all(learned) or not all(left):
            continue
        fitted = kind().fit(*learned)
        for size in SIZES:
            for found, own in zip(scores[size], left):
                found += fitted.score(bags_of(own, size, random)).tolist()
    return scores


def best_threshold(own, others):
    """Where most bags of both are on their side, and how many of them that is."""
    candidates = np.unique([*own, *others])
    candidates = (candidates[1:] + candidates[:-1]) / 2 if len(candidates) > 1 else candidates
    own, others = np.sort(own), np.sort(others)
    above = 1 - np.searchsorted(own, candidates) / max(1, len(own))
    below = np.searchsorted(others, candidates) / max(1, len(others))
    if len(candidates) == 0:
        return 0.0, None
    best = int(np.argmax(above + below))
    return float(candidates[best]), float((above + below)[best] / 2)


def share_above(verifier, texts, size, threshold, random):
    """None where there are too few replies for a bag."""
    bags = bags_of(texts, size, random)
    return float((verifier.score(bags) > threshold).mean()) if bags else None


def bags_of(texts, size, random):
    """Bags of different replies, drawn at random; of one reply each, all of them."""
    if len(texts) < size:
        return []
    if size == 1:
        return [[text] for text in texts]
    return [pick(texts, size, random) for _ in range(BAGS)]


def pick(items, most, random):
    return [items[index] for index in random.permutation(len(items))[:most]]

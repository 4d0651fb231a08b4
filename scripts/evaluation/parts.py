"""The parts of an evaluation that need no model any more: from replies and scores to figures."""

import functools

import numpy as np

from evaluation import degeneration, style
from evaluation.canaries import audit
from evaluation.contexts import replies_of
from evaluation.extraction import extraction, worst
from evaluation.likelihood import likelihood, strangers_in
from evaluation.membership import membership
from evaluation.messages import said_once, scored_messages
from evaluation.near_verbatim import DRAWS, contexts_of, near_verbatim
from evaluation.over_time import earlier_and_later
from evaluation.overlap import overlaps
from evaluation.two_sample import TooFew, accuracy
from evaluation.verifier import MAX_REPLIES, pick, verify

READ_AT_ONCE = 256  # Conversations.
MIN_REAL = 600  # Replies of people, however few the run has given.


class Parts:
    """Each method is a part by its name in `evaluation.json`."""

    def __init__(self, reader, shards, folder, planted, count, seed):
        self.reader = reader
        self.shards = shards
        self.folder = folder
        self.planted = planted
        self.replies = {source: folder.replies.of(source, count) for source in ("real", "run", "served", "base")}
        self.seed = seed
        self.count = count
        self.pools, self.messages, self.kept_scores = {}, {}, {}

    def likelihood(self):
        strangers = strangers_in(self.reader, self.shards)
        found = likelihood(self.shards, self.scores("val", "base"), self.scores("val", "run"), strangers)
        if None in (*found["persona"].values(), *found["others"].values()):
            raise TooFew("The held-out conversations hold no word of the persona, or none of others")
        return found

    def twoSample(self):
        real = self._texts("real")
        told = {name: accuracy(real, self._texts(name), self.seed) for name in ("run", "served", "base")}
        own, others = self._pool(True), self._pool(False)
        anchors = {"self": self._told(*earlier_and_later(own)), "otherPerson": self._told(own, others)}
        return {**told, "anchors": anchors}

    def _told(self, one, other):
        """Of as many as the run has answered: a classifier that sees more tells better. They are in the order of the split."""
        random = np.random.default_rng(self.seed)
        some = (pick(said(replies), self.count, random) for replies in (one, other))
        return accuracy(*some, self.seed)

    def verifier(self):
        asked = {"generated": self._plain("served"), "base": self._plain("base")}
        # People's own replies cost no model's time: more of them than were answered.
        asked |= {name: self._held_out(persona) for name, persona in (("real", True), ("friends", False))}
        found = verify(self._training(True), self._training(False), asked, self.seed)
        for each in found:
            each["bags"] = [bag for bag in each["bags"] if None not in bag.values()]
        return found

    def style(self):
        said = lambda source: [line["bubbles"] for line in self.replies[source] if line["bubbles"]]
        real, run, base = said("real"), said("run"), said("base")
        own = [(reply.bubbles, reply.conversation) for reply in self._pool(True)]
        halves = style.own_halves(own, len(real), self.seed)
        if not real or not run or not base or halves is None:
            raise TooFew("There are too few replies to compare habits of writing")
        apart = {"distance": style.distances(real, run), "base": style.distances(real, base), "ownHalves": halves}
        return [{"name": name, **{kind: found[name] for kind, found in apart.items()}} for name in halves]

    def degeneration(self):
        names = {"run": "run", "served": "served", "base": "base", "real": "human"}
        replies = {shown: [(line["bubbles"], line["ended"]) for line in self.replies[name]] for name, shown in names.items()}
        rates = {shown: degeneration.rates(said) for shown, said in replies.items()}
        return [{"name": name, **{shown: found[name] for shown, found in rates.items()}} for name in rates["human"]]

    def extraction(self):
        messages = self.secrets
        if not messages:
            raise TooFew("No training message is long enough to be a secret")
        return extraction(messages, self.scores("train", "base"), self.scores("train", "run"))

    def near_verbatim(self, draw):
        """`draw(contexts, times)` asks the run."""
        found = contexts_of(self.reader, self.shards.train, [message for message, _, _ in self.worst])
        if not found:
            raise TooFew("No training message that answers another one is long enough to be a secret")
        texts = [self._text_of(message) for message, _ in found]
        return near_verbatim(texts, draw([context for _, context in found], DRAWS))

    @functools.cached_property
    def worst(self):
        return worst(self.secrets, self.scores("train", "base"), self.scores("train", "run"))

    def _text_of(self, message):
        return self.reader.text(self.shards.train.ids[message.start : message.end].tolist())

    def worst_messages(self):
        """What the owner may want to take out: the training messages that training has made likeliest."""
        return [
            {
                "whose": "persona" if message.is_persona else "other",
                "text": self._text_of(message),
                "before": before,
                "after": after,
            }
            for message, before, after in self.worst
        ]

    def canaries(self):
        if self.planted is None:
            raise TooFew("No canaries were planted; persona train --canaries 20 plants some in a new run")
        return audit(self.planted, *(self.folder.read(f"canaries-{model}") for model in ("base", "run")))

    @functools.cached_property
    def secrets(self):
        """Training messages of some length that stand in one conversation alone."""
        return said_once(self.reader, self.shards.train, self._messages("train"))

    def membership(self):
        own = lambda split: [message for message in self._messages(split) if message.is_persona]
        both = lambda split: (own(split), self.scores(split, "base"), self.scores(split, "run"))
        return membership(both("train"), both("val"))

    def overlap(self):
        texts = {name: self._plain(name) for name in ("run", "served", "real")}
        found = overlaps({"sampled": texts["run"] + texts["served"], "human": texts["real"]}, self._training_text())
        return {**found["sampled"], "human": found["human"]}

    def scores(self, split, model):
        name = f"{split}-{model}"
        if name not in self.kept_scores:
            self.kept_scores[name] = self.folder.scores(name)
        return self.kept_scores[name]

    def _texts(self, source):
        """Replies that said something, as (text, conversation)."""
        return [("\n".join(line["bubbles"]), line["conversation"]) for line in self.replies[source] if line["bubbles"]]

    def _plain(self, source):
        return [text for text, _ in self._texts(source)]

    def _training(self, persona):
        """Real replies of the persona or of their friends that the run has learned from."""
        return said(self._pool(persona))

    def _held_out(self, persona):
        replies = replies_of(self.reader, self.shards.val, persona, max(MIN_REAL, self.count), self.seed)
        return [reply.text for reply in replies if reply.bubbles]

    def _pool(self, persona):
        if persona not in self.pools:
            most = min(MAX_REPLIES, max(MIN_REAL, 4 * self.count))
            self.pools[persona] = replies_of(self.reader, self.shards.train, persona, most, self.seed)
        return self.pools[persona]

    def _messages(self, split):
        if split not in self.messages:
            self.messages[split] = list(scored_messages(self.reader, getattr(self.shards, split), self.scores(split, "base")))
        return self.messages[split]

    def _training_text(self):
        """Every conversation of training as one text."""
        split = self.shards.train
        bounds = np.append(split.offsets, len(split.ids))
        for first in range(0, len(split.offsets), READ_AT_ONCE):
            numbers = range(first, min(first + READ_AT_ONCE, len(split.offsets)))
            ids = [split.ids[bounds[number] : bounds[number + 1]].tolist() for number in numbers]
            yield from zip(numbers, map(self.reader.vocabulary.text, ids))


def said(replies):
    """Those that said something, as (text, conversation)."""
    return [(reply.text, reply.conversation) for reply in replies if reply.bubbles]

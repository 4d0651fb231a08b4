"""Words of sampled replies that stand in the training text word for word, 6, 8 or 12 in a row."""

import re
import unicodedata
from collections import defaultdict

LENGTHS = {"six": 6, "eight": 8, "twelve": 12}
# Scripts without spaces, each of whose characters counts as a word, as for the guard: Thai, Lao, Burmese, Khmer, kana, Chinese.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
UNSEEN = ("Mn", "Mc", "Me", "Cf")  # Marks, joiners: they end no word.


def words_of(text):
    """Words as they compare: without case, accents and punctuation."""
    if text.isascii():
        return WORD.findall(text.casefold())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return WORD.findall("".join(letter for letter in plain if unicodedata.category(letter) not in UNSEEN))


def overlaps(sources, training):
    """For each list of replies (texts), how many copy so many words in a row, and how many from one conversation alone.

    `sources` is {name: texts}; `training` yields (conversation, text) and is read once, whatever its size.
    """
    wanted = {gram for texts in sources.values() for text in texts for gram in every_gram(words_of(text))}
    places = places_of(wanted, training)
    return {name: counts(texts, places) for name, texts in sources.items()}


def every_gram(words):
    for length in LENGTHS.values():
        yield from grams(words, length)


def grams(words, length):
    return (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))


def places_of(wanted, training):
    """Where each wanted run of words stands: up to two conversations, for more say no more."""
    places = defaultdict(set)
    for conversation, text in training:
        for gram in every_gram(words_of(text)):
            if gram in wanted and len(places[gram]) < 2:
                places[gram].add(conversation)
    return places


def counts(texts, places):
    found = {name: 0 for name in LENGTHS}
    rare = {name: 0 for name in LENGTHS}
    for text in texts:
        words = words_of(text)
        for name, length in LENGTHS.items():
            stands_in = [len(places[gram]) for gram in grams(words, length) if gram in places]
            found[name] += bool(stands_in)
            rare[name] += 1 in stands_in
    return {**found, "rare": rare, "replies": len(texts)}

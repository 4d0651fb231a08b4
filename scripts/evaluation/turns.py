"""Reads the turns of a data set's conversations: who speaks, and in which bubbles.

The counterpart of `src/transcript/`: a turn is its opening, its bubbles and its closing, and what a person typed never
looks like what stands around it.
"""

from dataclasses import dataclass

import numpy as np

from trainer.shards import NEXT_SPEAKER, OTHERS, PERSONA
from trainer.vocabulary import Vocabulary


@dataclass(frozen=True)
class Turn:
    """Places of tokens in a split: its opening from `start`, its words from `body`, its closing up to `end`."""

    conversation: int
    start: int
    body: int
    end: int
    speaker: str
    is_persona: bool
    is_measured: bool  # All of its words are somebody's own; none of them is context alone.


class TurnReader:
    """Reads turns of the splits of `shards`, and of ids that a model made for them."""

    def __init__(self, shards):
        self.vocabulary = Vocabulary(shards.tokenizer)
        self.is_chat = shards.manifest["rendering"] == "chat"
        self.persona = shards.manifest["persona"]
        self.newline, self.space = self.vocabulary.newline, self.vocabulary.space
        empty_line = set() if self.is_chat else {self.vocabulary.empty_line} - {None}
        self.ends = self.vocabulary.structure | empty_line
        self.persona_label = first_label(shards.train) or first_label(shards.val)
        self.names = {}

    def turns(self, split, conversation):
        """The turns of one conversation, by its number."""
        start = int(split.offsets[conversation])
        is_last = conversation + 1 == len(split.offsets)
        end = len(split.ids) if is_last else int(split.offsets[conversation + 1])
        first, last = np.searchsorted(split.turns, [start, end])
        if end > start and split.mask[end - 1] == NEXT_SPEAKER:
            end -= 1  # The id that ends a conversation.
        bounds = [*split.turns[first:last].tolist(), end]
        return [self._turn(split, conversation, *pair) for pair in zip(bounds, bounds[1:])]

    def _turn(self, split, conversation, start, end):
        ids, mask = split.ids[start:end].tolist(), split.mask[start:end]
        label = tuple(ids[: length_of_label(mask)])
        opening = self._length_of_opening(ids, label)
        is_persona = label == self.persona_label
        own = PERSONA if is_persona else OTHERS
        words = mask[opening : self._end_of_words(ids, opening)]
        is_measured = len(words) > 0 and bool((words == own).all())
        return Turn(conversation, start, start + opening, end, self._name(label, is_persona), is_persona, is_measured)

    def _length_of_opening(self, ids, label):
        """In the chat rendering, the persona's is only what chooses it; all others end in a line of their own."""
        if self.is_chat and label == self.persona_label:
            return len(label)
        return ids.index(self.newline, len(label)) + 1 if self.newline in ids[len(label) :] else len(ids)

    def _end_of_words(self, ids, at):
        while at < len(ids) and ids[at] not in self.ends and ids[at : at + 2] != [self.newline] * 2:
            at += 1
        return at

    def _name(self, label, is_persona):
        if is_persona:
            return self.persona
        if label not in self.names:
            self.names[label] = self.vocabulary.text(label).split("\n")[-1].strip()
        return self.names[label]

    def bubbles(self, ids):
        """The bubbles of a turn's ids behind its opening, and whether the turn came to its end."""
        spans, is_over = self.spans(ids)
        texts = (self.text(ids[start:end]) for start, end in spans)
        return [text for text in texts if text], is_over

    def spans(self, ids):
        """Where the bubbles of a turn's ids start and end, and whether the turn came to its end."""
        spans, start = [], 0
        for at, id in enumerate(ids):
            is_after_newline = at > 0 and ids[at - 1] == self.newline
            if id in self.ends or (is_after_newline and id == self.newline):
                return [*spans, (start, at - is_after_newline)], True
            if is_after_newline and id != self.space:
                spans.append((start, at - 1))
                start = at
        return [*spans, (start, len(ids))], False

    def text(self, ids):
        """The text of a bubble; within it, a space marks that the line before it goes on."""
        return self.vocabulary.text(ids, with_structure=True).replace("\n ", "\n").strip()


def first_label(split):
    """The ids that make the persona speak: those of the first turn with a word of theirs; None without one."""
    is_own = split.mask == PERSONA
    if not is_own.any():
        return None
    start = int(split.turns[np.searchsorted(split.turns, np.argmax(is_own), "right") - 1])
    return tuple(split.ids[start : start + length_of_label(split.mask[start : start + 256])].tolist())


def length_of_label(mask):
    others = np.flatnonzero(mask != NEXT_SPEAKER)
    return int(others[0]) if len(others) else len(mask)

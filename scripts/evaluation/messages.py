"""Messages of a data set and what each of them costs a model."""

import re
from dataclasses import dataclass

import numpy as np

from evaluation.overlap import UNSPACED, words_of

MIN_WORDS = 4  # Shorter ones are said by everybody.
CHARACTERS_A_WORD = 2  # In scripts without spaces, about.
UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True)
class Message:
    """One bubble; `first` to `last` are the scores of its tokens."""

    conversation: int
    is_persona: bool
    start: int  # Its tokens in the split.
    end: int
    first: int
    last: int


def scored_messages(reader, split, scores):
    """Yields the messages of some length, all of whose tokens were scored."""
    conversations = np.unique(np.searchsorted(split.offsets, scores.places, "right") - 1)
    for conversation in conversations.tolist():
        for turn in reader.turns(split, conversation):
            if not turn.is_measured:
                continue
            ids = split.ids[turn.body : turn.end].tolist()
            for start, end in reader.spans(ids)[0]:
                first, last = np.searchsorted(scores.places, [turn.body + start, turn.body + end])
                if last - first == end - start and is_long(reader.text(ids[start:end])):
                    yield Message(conversation, turn.is_persona, turn.body + start, turn.body + end, int(first), int(last))


def is_long(text):
    words = words_of(text)
    characters = sum(UNSPACED_CHARACTER.fullmatch(word) is not None for word in words)
    return len(words) - characters + characters / CHARACTERS_A_WORD >= MIN_WORDS


def said_once(reader, split, messages):
    """Those whose words stand in one conversation alone: what many say is nobody's secret."""
    texts = [" ".join(words_of(reader.text(split.ids[message.start : message.end].tolist()))) for message in messages]
    conversations = {}
    for message, text in zip(messages, texts):
        conversations.setdefault(text, set()).add(message.conversation)
    return [message for message, text in zip(messages, texts) if len(conversations[text]) == 1]


def costs(messages, nats):
    """What each message costs in all."""
    sums = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(nats), nats, 1e6))])
    return np.array([sums[message.last] - sums[message.first] for message in messages])

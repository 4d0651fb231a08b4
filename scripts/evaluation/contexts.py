"""Single replies and what stood before them, as the model is shown it when it serves."""

from dataclasses import dataclass

import numpy as np

MAX_TOKENS = 256
SPREAD = 5  # Times as many replies as are wanted are looked at, so that few conversations do not give them all.


@dataclass(frozen=True)
class Reply:
    """`context` ends with the opening of the reply's turn; `ids` are its words and its closing."""

    conversation: int
    place: int  # Of its first word in the split.
    context: list
    ids: list
    bubbles: list
    before: list  # Turns of the context.

    @property
    def text(self):
        return "\n".join(self.bubbles)


def replies_of(reader, split, persona, most, seed=0, max_tokens=MAX_TOKENS, leaving_out=frozenset()):
    """Replies of the persona, or of everybody else, from conversations chosen at random; in the order of the split. None: all."""
    random = np.random.default_rng(seed)
    found = []
    order = random.permutation(len(split.offsets)).tolist()
    for conversation in (each for each in order if each not in leaving_out):
        found += replies_in(reader, split, conversation, persona, max_tokens)
        if most is not None and len(found) >= SPREAD * most:
            break
    chosen = random.permutation(len(found))[:most]
    return sorted((found[index] for index in chosen), key=lambda reply: reply.place)


def replies_in(reader, split, conversation, persona, max_tokens=MAX_TOKENS):
    """Yields a conversation's replies: turns that answer another which fits into the context."""
    start, turns = int(split.offsets[conversation]), reader.turns(split, conversation)
    for index, turn in enumerate(turns):
        if index == 0 or turn.is_persona != persona or not turn.is_measured:
            continue
        prefix = split.ids[start : turns[0].start].tolist()
        room = max_tokens - len(prefix)
        first = next((i for i in range(index) if turn.body - turns[i].start <= room), None)
        if first is None:
            continue
        context = prefix + split.ids[turns[first].start : turn.body].tolist()
        ids = split.ids[turn.body : turn.end].tolist()
        yield Reply(conversation, turn.body, context, ids, reader.bubbles(ids)[0], turns[first:index])


def shown(reader, split, reply):
    """The turns of a reply's context as text."""
    bodies = ((turn, split.ids[turn.body : turn.end].tolist()) for turn in reply.before)
    return [{"speaker": turn.speaker, "bubbles": reader.bubbles(ids)[0]} for turn, ids in bodies]

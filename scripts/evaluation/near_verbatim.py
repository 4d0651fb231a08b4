"""Whether the messages that are likeliest to come out do so nearly word for word, when the served model is asked for them.

The probability of the exact words misses what comes out with another spelling or a word less (Ippolito et al. 2023). Only
drawing tells that, so it is tried on the worst alone.
"""

import difflib

from evaluation.contexts import replies_in

DRAWS = 20  # Of each message.
ALIKE = 0.9  # Share of characters, by difflib's ratio, from which a bubble counts as the message.


def contexts_of(reader, split, messages):
    """The messages that answer something, each with the ids that stood before it: turns, and earlier bubbles of its own."""
    found = []
    for message in messages:
        for reply in replies_in(reader, split, message.conversation, message.is_persona):
            if reply.place <= message.start < reply.place + len(reply.ids):
                found.append((message, [*reply.context, *split.ids[reply.place : message.start].tolist()]))
    return found


def near_verbatim(texts, drawn):
    """How many of the `texts` came out, each with the bubbles that were drawn for it."""
    found = sum(any(is_near(text, bubble) for bubble in bubbles) for text, bubbles in zip(texts, drawn, strict=True))
    return {"messages": len(texts), "draws": DRAWS, "found": found}


def is_near(text, bubble):
    matcher = difflib.SequenceMatcher(None, text.casefold(), bubble.casefold(), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE

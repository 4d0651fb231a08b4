"""The person against themselves: what they wrote to the same people earlier and later."""

from itertools import cycle, groupby


def earlier_and_later(replies):
    """Two lists of a person's replies, which come in the order of the split: of each chat those of its first and of its last half.

    Conversations of one chat follow each other by time. The one in the middle, which may be all that a chat has, goes to
    either list in turn.
    """
    conversations = [list(said) for _, said in groupby(replies, key=lambda reply: reply.conversation)]
    earlier, later = [], []
    in_turn = cycle((earlier, later))
    for chat in chats(conversations):
        half = len(chat) // 2
        earlier += chat[:half]
        later += chat[len(chat) - half :]
        if len(chat) % 2:
            next(in_turn).append(chat[half])
    return [[reply for said in half for reply in said] for half in (earlier, later)]


def chats(conversations):
    """Yields the conversations of each chat: a data set says who speaks and not where, so it is those with the same people in a row."""
    chat, people = [], None
    for said in conversations:
        others = others_in(said)
        if chat and not are_of_one_chat(people, others):
            yield chat
            chat = []
        chat.append(said)
        people = others
    if chat:
        yield chat


def others_in(replies):
    return frozenset(turn.speaker for reply in replies for turn in reply.before if not turn.is_persona)


def are_of_one_chat(people, others):
    """Of a group, not everybody speaks each time."""
    is_group = min(len(people), len(others)) > 1
    return people == others or (is_group and bool(people & others))

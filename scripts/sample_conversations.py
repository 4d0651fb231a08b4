"""Streams the conversations of the PyPI package `chitchat-dataset` in which its most frequent writer takes part.

    .venv/bin/python scripts/sample_conversations.py

One JSON line a message: {"sender", "sentAt" (Unix ms), "text", "conversation", "isPersona"}; senders are numbers.
"""

import collections
import datetime
import importlib.util
import json
from pathlib import Path

from trainer.events import open_event_stream


def main():
    emit = open_event_stream()
    package = Path(importlib.util.find_spec("chitchat_dataset").origin).parent
    conversations = json.loads((package / "dataset.json").read_text("utf-8"))
    everything = {id: [m for turn in c["messages"] for m in turn] for id, c in conversations.items()}
    written = collections.Counter(message["sender"] for messages in everything.values() for message in messages)
    persona = written.most_common(1)[0][0]
    numbers = {}
    chosen = [messages for messages in everything.values() if any(m["sender"] == persona for m in messages)]
    for conversation, messages in enumerate(chosen):
        for message in messages:
            emit(
                "message",
                conversation=conversation,
                sender=numbers.setdefault(message["sender"], len(numbers)),
                isPersona=message["sender"] == persona,
                sentAt=milliseconds(message["timestamp"]),
                text=message["text"],
            )


def milliseconds(timestamp):
    return int(datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp() * 1000)


if __name__ == "__main__":
    main()

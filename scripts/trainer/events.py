"""JSON lines on the real stdout, for the program that started this one; everything else goes to stderr."""

import json
import math
import os
import sys


def open_event_stream():
    """Returns `emit(type, **fields)`, and points stdout at stderr: a chatty library cannot break the protocol.

    The file descriptor is moved, not only `sys.stdout`, because C code prints too. JSON has no infinity and no NaN: they
    become null.
    """
    stream = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def emit(type, **fields):
        fields = {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in fields.items()}
        try:
            stream.write(json.dumps({"type": type, **fields}, ensure_ascii=False, allow_nan=False) + "\n")
        except BrokenPipeError:
            pass  # The reader is gone; `--watch-parent` decides what that means.

    return emit


def warning_to(emit):
    return lambda message: emit("warning", message=message)


class Problem(Exception):
    """A failure that a person can solve: the reason, and what to do."""

    def __init__(self, reason, fix):
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def first_line(error):
    """What an error says, without the details below; its kind where it says nothing."""
    said = str(error).strip()
    return said.splitlines()[0][:200] if said else type(error).__name__

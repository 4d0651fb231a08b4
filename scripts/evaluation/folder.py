"""`RUN/evaluation`: what was measured so far. Each file is whole or not there, so that a killed evaluation goes on; what a
disk or a hand has damaged counts as not there, and is measured again.

Words lie in `replies.jsonl` and `worst.jsonl` alone; all of it is for the owner's eyes.
"""

import json
import os
import shutil
import zipfile
import zlib
from collections import defaultdict

from evaluation.scoring import Scores
from trainer.aside import write_aside, write_text_aside

DIRECTORY_MODE = 0o700
DAMAGED_SCORES = (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


class EvaluationFolder:
    """`plan` says what is measured; what was begun under another plan is begun anew."""

    def __init__(self, run, plan):
        self.path = run / "evaluation"
        if self.path.exists() and self.read("plan") != plan:
            shutil.rmtree(self.path)
        self.path.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        self.write("plan", plan)
        self.replies = ReplyFile(self.path / "replies.jsonl")

    def has(self, name):
        return self.read(name) is not None

    def read(self, name):
        """None where it is not there or damaged."""
        try:
            return json.loads((self.path / f"{name}.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def write(self, name, content):
        text = json.dumps(content, indent=2, allow_nan=False)
        write_text_aside(self.path / f"{name}.json", text + "\n")

    def write_lines(self, name, lines):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        write_text_aside(self.path / f"{name}.jsonl", text)

    def scores(self, name):
        return Scores.load(self._file_of_scores(name))

    def keep_scores(self, name, make):
        """Makes scores and keeps them, unless they were kept before."""
        if not self.has_scores(name):
            write_aside(self._file_of_scores(name), make().save)

    def has_scores(self, name):
        try:
            self.scores(name)
        except DAMAGED_SCORES:
            return False
        return True

    def _file_of_scores(self, name):
        return self.path / f"{name}.npz"


class ReplyFile:
    """Replies by source and number of their context; from a line on that was cut off or is damaged, they are dropped."""

    def __init__(self, path):
        self.path = path
        self.found = defaultdict(dict)
        whole = 0
        content = path.read_bytes() if path.exists() else b""
        for line in content.splitlines(keepends=True):
            reply = reply_of(line)
            if reply is None:
                break
            self._keep(reply)
            whole += len(line)
        self.file = open(path, "ab", opener=private)
        self.file.truncate(whole)

    def add(self, lines):
        for line in lines:
            self._keep(line)
        self.file.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
        self.file.flush()

    def _keep(self, line):
        self.found[line["source"]][line["index"]] = line

    def of(self, source, count):
        """The replies to the first so many contexts, in their order."""
        return [line for index, line in sorted(self.found[source].items()) if index < count]


def reply_of(line):
    """None where the line is no whole reply."""
    try:
        reply = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return reply if isinstance(reply, dict) and {"source", "index"} <= reply.keys() else None


def private(path, flags):
    return os.open(path, flags, 0o600)

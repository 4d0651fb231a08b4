"""`RUN/evaluation`: what was measured so far. Each file is whole or not there, so that a killed evaluation goes on; what a
disk or a hand has damaged counts as not there, and is measured again.

Words lie in `replies.jsonl` and `worst.jsonl` alone; all of it is for the owner's eyes.
"""

import json
import os
import zipfile
import zlib
from collections import defaultdict

from evaluation.scoring import Scores
from trainer.aside import write_aside, write_text_aside

DIRECTORY_MODE = 0o700
DRAWS_OF_CALIBRATION = "calibration.jsonl"
DAMAGED_SCORES = (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


class EvaluationFolder:
    """`plan` says what is measured; what was begun under another plan is begun anew.

    Replies take longest: those of a source go on to hold if what they depend on, by its `names_of_source` in the plan, is the same.
    """

    def __init__(self, run, plan, names_of_source):
        self.path = run / "evaluation"
        self.path.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        before = self.read("plan") or {}
        is_same = lambda name: name in before and before[name] == plan[name]
        self.replies = ReplyFile(self.path / "replies.jsonl")
        if before != plan:
            self.replies.keep_alone([source for source, names in names_of_source.items() if all(map(is_same, names))])
            self._remove_parts()
            self.write("plan", plan)

    def _remove_parts(self):
        """But for the plan, by which it is done again if it is killed meanwhile, and for the draws of a calibration."""
        for path in self.path.iterdir():
            if path.is_file() and path.name not in ("plan.json", self.replies.path.name, DRAWS_OF_CALIBRATION):
                path.unlink()

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
        write_text_aside(self.path / f"{name}.jsonl", text_of(lines))

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


class LineFile:
    """Lines of JSON that are added one by one; from a line on that was cut off or is damaged, they are dropped."""

    def __init__(self, path, is_whole):
        self.path = path
        self.lines = []
        whole = 0
        content = path.read_bytes() if path.exists() else b""
        for line in content.splitlines(keepends=True):
            read = content_of(line)
            if not is_whole(read):
                break
            self.lines.append(read)
            whole += len(line)
        self.file = open(path, "ab", opener=private)
        self.file.truncate(whole)

    def add(self, lines):
        self.lines += lines
        self.file.write(text_of(lines).encode())
        self.file.flush()

    def begin_anew(self, lines):
        """With these alone; a kill leaves the old lines or the new ones."""
        self.close()
        write_text_aside(self.path, text_of(lines))
        self.file = open(self.path, "ab", opener=private)
        self.lines = list(lines)

    def close(self):
        self.file.close()


class ReplyFile(LineFile):
    """Replies by source and number of their context."""

    def __init__(self, path):
        super().__init__(path, is_reply)
        self.found = defaultdict(dict)
        self._find(self.lines)

    def add(self, lines):
        super().add(lines)
        self._find(lines)

    def keep_alone(self, sources):
        self.begin_anew([line for line in self.lines if line["source"] in sources])
        self.found.clear()
        self._find(self.lines)

    def _find(self, lines):
        for line in lines:
            self.found[line["source"]][line["index"]] = line

    def of(self, source, count):
        """The replies to the first so many contexts, in their order."""
        return [line for index, line in sorted(self.found[source].items()) if index < count]


def content_of(line):
    """None where the line is not whole."""
    try:
        return json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None


def is_object(line):
    return isinstance(line, dict)


def is_reply(line):
    return is_object(line) and {"source", "index"} <= line.keys()


def text_of(lines):
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def private(path, flags):
    return os.open(path, flags, 0o600)

"""Reads the shards that `persona prepare` writes: memory-mapped, so a data set of any size costs no memory."""

import hashlib
import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from trainer.events import Problem

# Mask codes; see MaskCode in src/handoffs/mask-code.ts.
PERSONA = 1
OTHERS = 2
NEXT_SPEAKER = 3


class Split:
    """One split of a data set: ids, mask codes, and where conversations and turns start."""

    def __init__(self, directory, name, dtype):
        def read(extension, type):
            path = directory / f"{name}.{extension}"
            return np.memmap(path, dtype=type, mode="r") if path.stat().st_size > 0 else np.empty(0, type)

        self.ids = read("bin", dtype)
        self.mask = read("mask", np.uint8)
        self.offsets = read("offsets", np.uint64).astype(np.int64)
        self.turns = read("turns", np.uint64).astype(np.int64)

    def conversations(self):
        """Yields (start, end, starts of its turns) for each conversation, as indices of tokens."""
        ends = np.append(self.offsets[1:], len(self.ids))
        first = np.searchsorted(self.turns, self.offsets)
        last = np.searchsorted(self.turns, ends)
        for start, end, a, b in zip(self.offsets, ends, first, last):
            yield int(start), int(end), self.turns[a:b]


class Shards:
    """A data set; refuses one whose files are not those that the manifest describes."""

    def __init__(self, directory):
        directory = Path(directory)
        try:
            self.manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
        except FileNotFoundError:
            raise Problem(f"{directory} holds no manifest.json", "Run persona prepare, and pass the folder that it names.")
        self.directory = directory
        self._check_files()
        self.tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        dtype = np.dtype(self.manifest["dtype"]).newbyteorder("<")
        self.train = Split(directory, "train", dtype)
        self.val = Split(directory, "val", dtype)

    def _check_files(self):
        for split, content in self.manifest["splits"].items():
            for extension, expected in content["files"].items():
                path = self.directory / f"{split}.{extension}"
                if not path.exists() or sha256_of(path) != expected["sha256"]:
                    raise Problem(
                        f"{path.name} is not the file that the data set was made with",
                        "Delete the data set's folder and run persona prepare again.",
                    )


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

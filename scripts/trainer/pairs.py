"""Pairs of replies to one context, of which one is to be preferred, packed into rows.

Both replies of a pair stand in one row, each behind a copy of the context as a document of its own.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np
import torch

from trainer.packing import PackedSplit, pack, piece


@dataclass(frozen=True)
class Pair:
    """Token ids. `reference` is by how many nats the model preferred the `real` reply to its `own` before training."""

    context: list
    real: list
    own: list
    reference: float = 0.0

    def __len__(self):
        return 2 * len(self.context) + len(self.real) + len(self.own)


class Reply:
    """A reply behind its context, in the place of a window."""

    def __init__(self, context, ids):
        self.arrays = piece(context, ids)
        self.targets = len(ids)

    def __len__(self):
        return len(self.arrays[0])


class PairedRows(PackedSplit):
    """Rows of whole pairs. Replies come by twos, the real one first; both are targets, and the real ones alone have weight."""

    def __init__(self, split, context, pairs):
        self.split = split
        self.context = context
        self.pairs = pairs
        self.windows = [Reply(pair.context, ids) for pair in pairs for ids in (pair.real, pair.own)]
        self.rows = [[2 * index + side for index in row for side in (0, 1)] for row in pack([len(pair) for pair in pairs], context)]

    def window_arrays(self, window):
        return window.arrays

    def weight_of(self, rows):
        return float(sum(self.windows[index].targets for row in rows for index in self.rows[row][::2]))

    @property
    def supervised_tokens(self):
        return int(self.weight_of(range(len(self))))

    @property
    def hash(self):
        return hashlib.sha256(json.dumps([asdict(pair) for pair in self.pairs]).encode()).hexdigest()

    def batch(self, rows, shape=None):
        """As of packed words, and with it how many targets each reply has, and the reference of each pair."""
        replies = [index for row in rows for index in self.rows[row]]
        lengths = np.array([self.windows[index].targets for index in replies], np.int64)
        references = np.array([self.pairs[index // 2].reference for index in replies[::2]])
        pairs = {"reply_lengths": torch.from_numpy(lengths), "references": torch.from_numpy(references)}
        return {**super().batch(rows, shape), **pairs}

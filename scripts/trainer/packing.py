"""Windows and packs: which tokens stand together in a row of the model's context, and which of them are targets.

A conversation that fits the context is one window. A longer one is cut at turns: each later window opens with the
conversation's prefix and with earlier turns as context that is no target again, which is what serving shows the model
after it has dropped the oldest part. Each target is a target in exactly one window.
"""

import bisect
from dataclasses import dataclass, replace

import numpy as np
import torch

from trainer.events import Problem
from trainer.shards import OTHERS, PERSONA


@dataclass(frozen=True)
class Window:
    """Token indices: [prefix_start, prefix_end) then [start, end); targets are those from `target_start` on."""

    prefix_start: int
    prefix_end: int
    start: int
    end: int
    target_start: int

    def __len__(self):
        return self.prefix_end - self.prefix_start + self.end - self.start


def windows_of(split, context):
    """Yields the windows of every conversation of a split, none longer than `context` tokens."""
    for start, end, turns in split.conversations():
        prefix_end = int(turns[0]) if len(turns) > 0 else end
        if end - start <= context:
            yield Window(start, start, start, end, start)
            continue
        if prefix_end - start > context // 2:
            raise Problem(
                f"What opens each conversation takes {prefix_end - start} of a row's {context} tokens",
                "Train again: persona train with a higher --context-length.",
            )
        yield from cut(start, prefix_end, end, [int(turn) for turn in turns], context)


def cut(start, prefix_end, end, turns, context):
    """Cuts one long conversation at its turns; a turn longer than the context is cut inside."""
    room = context - (prefix_end - start)
    done = prefix_end
    while done < end:
        for body in (best_body(turns, done, end, room), done):
            stop = last_turn_within(turns, end, body + room)
            if stop > done:
                break
        else:
            stop = min(end, done + room)
        if body == done > prefix_end == start:
            body, stop = done - 1, min(stop, done - 1 + room)  # A target needs a token before it.
        yield Window(start, prefix_end, body, stop, done)
        done = stop


def best_body(turns, done, end, room):
    """Where a window begins that goes on after `done`: with 15 to 40 % of earlier turns, so that it is fullest.

    Among turns that fill the row alike, the least is repeated. Where no turn begins there, the one before is repeated,
    unless it is longer than half a row.
    """
    first, last = (bisect.bisect_left(turns, done - room * share // 20) for share in (8, 3))
    bodies = [turn for turn in turns[first : last + 1] if turn < done]
    if not bodies:
        before = turns[max(0, bisect.bisect_left(turns, done) - 1)]
        return before if done - room // 2 <= before < done else done
    return max(bodies, key=lambda body: (last_turn_within(turns, end, body + room) - body, body))


def last_turn_within(turns, end, most):
    """The last place where a turn begins, or the conversation ends, that is not beyond `most`."""
    return end if end <= most else turns[bisect.bisect_right(turns, most) - 1]


def pack(lengths, context):
    """Best-fit decreasing: lists of indices whose lengths add up to at most `context` each.

    Johnson et al. 1974; the free room of all open rows is kept sorted, so that it takes O(n log n).
    """
    rows, room = [], []  # room: sorted (free tokens, row)
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        at = bisect.bisect_left(room, (lengths[index], -1))
        if at < len(room):
            free, row = room.pop(at)
        else:
            free, row = context, len(rows)
            rows.append([])
        rows[row].append(index)
        bisect.insort(room, (free - lengths[index], row))
    return rows


class PackedSplit:
    """Rows of packed windows, made into batches on demand. `weights` says what a target of each mask code counts."""

    def __init__(self, split, context, weights):
        self.split = split
        self.context = context
        self.windows = list(windows_of(split, context))
        self.rows = pack([len(window) for window in self.windows], context)
        for row in self.rows:
            self._fill(row)
        self.weights = np.zeros(256, np.float32)
        for code, weight in weights.items():
            self.weights[code] = weight

    def _fill(self, row):
        """Begins a row's windows as many whole turns earlier as its room allows, which would otherwise be padding."""
        room = self.context - sum(len(self.windows[index]) for index in row)
        for index in row:
            window = self.windows[index]
            earliest = max(window.prefix_end, window.start - room)
            turn = np.searchsorted(self.split.turns, earliest)
            if turn < len(self.split.turns) and (start := int(self.split.turns[turn])) < window.start:
                room -= window.start - start
                self.windows[index] = replace(window, start=start)

    def __len__(self):
        return len(self.rows)

    @property
    def fill(self):
        """Share of the rows' room that holds tokens."""
        return self.tokens_in(range(len(self.rows))) / max(1, len(self.rows) * self.context)

    @property
    def supervised_tokens(self):
        """How many tokens are the persona's words."""
        return int((self.split.mask == PERSONA).sum())

    def tokens_in(self, rows):
        return sum(len(self.windows[index]) for row in rows for index in self.rows[row])

    def weight_of(self, rows):
        """Summed weight of the targets of some rows."""
        windows = (self.windows[index] for row in rows for index in self.rows[row])
        return sum(float(self.window_arrays(window)[1].sum(dtype=np.float64)) for window in windows)

    def targets_in(self, rows):
        windows = (self.windows[index] for row in rows for index in self.rows[row])
        return sum(int((self.window_arrays(window)[1] > 0).sum()) for window in windows)

    def target_places(self, rows):
        """Which tokens of the split the targets of some rows are, in the order that a batch of these rows has them."""
        places = [self._targets_of(self.windows[index]) for row in rows for index in self.rows[row]]
        return np.concatenate([np.empty(0, np.int64), *places])

    def _targets_of(self, window):
        prefix_length = window.prefix_end - window.prefix_start
        return window.start - prefix_length + np.flatnonzero(self.window_arrays(window)[1])

    def batch(self, rows, shape=None):
        """A batch of packed rows; see `collate`. Without rows it is the first one, with no target: all processes run as often."""
        parts = [[self.window_arrays(self.windows[index]) for index in self.rows[row]] for row in rows or [0]]
        if not rows:
            parts = [[(ids, weights * 0) for ids, weights in row] for row in parts]
        return collate(parts, shape)

    def window_arrays(self, window):
        """Token ids of a window and, for each token, its weight as a target."""
        ids, mask = self.split.ids, self.split.mask
        prefix = slice(window.prefix_start, window.prefix_end)
        body = slice(window.start, window.end)
        weights = self.weights[mask[body]].copy()
        weights[: max(0, window.target_start - window.start)] = 0.0
        no_target = np.zeros(window.prefix_end - window.prefix_start, np.float32)
        tokens = np.concatenate([ids[prefix], ids[body]]).astype(np.int64)
        weights = np.concatenate([no_target, weights])
        weights[0] = 0.0  # Nothing stands before the first token of a window.
        return tokens, weights


def piece(context, ids):
    """A text behind its context, itself alone as target."""
    weights = np.concatenate([np.zeros(len(context), np.float32), np.ones(len(ids), np.float32)])
    return np.array([*context, *ids], np.int64), weights


def packed_words(split, context):
    """Rows of a split in which everybody's words are targets."""
    return PackedSplit(split, context, {PERSONA: 1.0, OTHERS: 1.0})


def collate(rows, shape=None):
    """Packs rows of (ids, weights) pieces into tensors of shape [rows, length], padded to `shape` where it is given.

    `positions` restart in each piece, and `documents` number the pieces of a row (padding is -1).
    `weights[r, t]` is the weight of predicting token t from what stands before it. `targets` [n] are the places of the
    flattened batch before each token that has a weight.
    """
    shape = shape or (len(rows), max(sum(len(ids) for ids, _ in row) for row in rows))
    ids = np.zeros(shape, np.int64)
    weights = np.zeros(shape, np.float32)
    positions = np.zeros(shape, np.int64)
    documents = np.full(shape, -1, np.int64)
    for r, row in enumerate(rows):
        at = 0
        for document, (piece, piece_weights) in enumerate(row):
            span = slice(at, at + len(piece))
            ids[r, span], weights[r, span] = piece, piece_weights
            positions[r, span] = np.arange(len(piece))
            documents[r, span] = document
            at += len(piece)
    is_before_target = np.zeros(shape, bool)
    is_before_target[:, :-1] = weights[:, 1:] > 0
    targets = np.flatnonzero(is_before_target)
    arrays = {"ids": ids, "weights": weights, "positions": positions, "documents": documents, "targets": targets}
    return {name: torch.from_numpy(array) for name, array in arrays.items()}

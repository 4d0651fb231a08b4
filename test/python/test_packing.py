"""Windows and rows: nothing is lost, nothing is learned twice.

    .venv/bin/python -m unittest discover -s test/python -p test_packing.py
"""

import tempfile
import unittest

import numpy as np

import tiny
from trainer.events import Problem
from trainer.packing import PackedSplit, pack
from trainer.shards import Shards


class Packing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def split(self, conversations, **options):
        return Shards(tiny.write_shards(self.folder, conversations, **options)).train

    def test_each_target_is_a_target_exactly_once_however_long_a_conversation_is(self):
        for seed in range(40):
            random = np.random.default_rng(seed)
            context, longest = int(random.integers(8, 64)), int(random.integers(2, 60))
            conversations = tiny.random_conversations(seed, 8, max_turns=30, max_tokens=longest)
            packed = PackedSplit(self.split(conversations), context, {1: 1.0, 3: 0.5})
            np.testing.assert_array_equal(times_a_target(packed), np.isin(packed.split.mask, (1, 3)), f"seed {seed}")

    def test_without_an_opening_only_the_very_first_token_of_a_conversation_is_no_target(self):
        for seed in range(20):
            conversations = tiny.random_conversations(seed, 6, max_turns=30, max_tokens=20)
            packed = PackedSplit(self.split(conversations, opening=[]), 24, {1: 1.0, 3: 0.5})
            expected = np.isin(packed.split.mask, (1, 3))
            expected[packed.split.offsets] = False
            np.testing.assert_array_equal(times_a_target(packed), expected, f"seed {seed}")

    def test_later_windows_open_with_the_conversations_opening_and_with_earlier_turns(self):
        [conversation] = tiny.random_conversations(3, 1, max_turns=40, max_tokens=10)
        packed = PackedSplit(self.split([conversation * 5], opening=[0, 7]), 48, {1: 1.0})
        self.assertGreater(len(packed.windows), 3)
        for window in packed.windows[1:]:
            ids, _ = packed.window_arrays(window)
            self.assertEqual(ids[:2].tolist(), [0, 7])
            self.assertLess(window.start, window.target_start)

    def test_an_opening_that_leaves_no_room_is_refused(self):
        split = self.split(tiny.random_conversations(0, 4, max_turns=30), opening=[0] * 40)
        with self.assertRaisesRegex(Problem, "takes 40 of a row's 64 tokens"):
            PackedSplit(split, 64, {1: 1.0})

    def test_every_window_is_in_one_row_and_rows_are_full(self):
        lengths = np.random.default_rng(0).integers(1, 40, 2000).tolist()
        rows = pack(lengths, 64)
        self.assertEqual(sorted(index for row in rows for index in row), list(range(2000)))
        self.assertTrue(all(sum(lengths[index] for index in row) <= 64 for row in rows))
        self.assertGreater(sum(lengths) / (64 * len(rows)), 0.99)


def times_a_target(packed):
    """How often each token of the split is a target, over all windows."""
    times = np.zeros(len(packed.split.ids), int)
    for window in packed.windows:
        ids, weights = packed.window_arrays(window)
        assert len(ids) <= packed.context
        body = len(ids) - (window.end - window.start)
        times[np.arange(window.start, window.end)[weights[body:] > 0]] += 1
    return times

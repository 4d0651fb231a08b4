"""Replies and their contexts are cut out of a data set exactly, and statistics give known answers.

    .venv/bin/python -m unittest discover -s test/python -p test_evaluation_replies.py
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np

import talks
from evaluation import statistics
from evaluation.contexts import replies_in, replies_of, shown
from evaluation.turns import TurnReader
from trainer.shards import Shards

TALK = [
    ("Ben", ["are you coming?"]),
    ("Ana", ["yes!", "in ten minutes\nor so 👋"]),
    ("Cleo", ["Ana:", "says so"]),
    ("Ana", ["hm"]),
]


class Replies(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.read([TALK, *talks.conversations(8)])

    def read(self, held_out, vocabulary=400):
        talks.write(self.folder / "shards", talks.conversations(8, seed=1), held_out, vocabulary)
        shards = Shards(self.folder / "shards")
        self.reader, self.split, self.encode = TurnReader(shards), shards.val, lambda text: shards.tokenizer.encode(text).ids

    def test_turns_are_read_back_as_they_were_said(self):
        for vocabulary in (257, 400):  # With and without a token for an empty line.
            self.read([TALK, *talks.conversations(8)], vocabulary)
            self.assertEqual(self.reader.vocabulary.empty_line is None, vocabulary == 257)
            turns = self.reader.turns(self.split, 0)
            read = [self.reader.bubbles(self.split.ids[turn.body : turn.end].tolist()) for turn in turns]
            self.assertEqual([(turn.speaker, bubbles) for turn, (bubbles, _) in zip(turns, read)], TALK)
            self.assertTrue(all(is_over for _, is_over in read))
            self.assertEqual([turn.is_persona for turn in turns], [False, True, False, True])

    def test_a_context_ends_with_the_opening_of_the_turn_and_goes_on_with_the_reply(self):
        first, second = replies_in(self.reader, self.split, 0, persona=True)
        decode = self.reader.vocabulary.text
        self.assertEqual(decode(first.context, with_structure=True), "<|endoftext|>Ben:\nare you coming?\n\nAna:\n")
        self.assertEqual(decode(first.ids), "yes!\nin ten minutes\n or so 👋\n\n")
        self.assertEqual((first.bubbles, second.bubbles), (TALK[1][1], TALK[3][1]))
        start = int(self.split.offsets[0])
        self.assertEqual(second.context + second.ids, self.split.ids[start : start + len(second.context + second.ids)].tolist())
        self.assertEqual(shown(self.reader, self.split, second), [{"speaker": s, "bubbles": b} for s, b in TALK[:3]])

    def test_a_long_conversation_is_cut_at_a_turn_and_keeps_what_opens_it(self):
        for reply in replies_of(self.reader, self.split, persona=True, most=99, max_tokens=40):
            self.assertLessEqual(len(reply.context), 40)
            text = self.reader.vocabulary.text(reply.context, with_structure=True)
            self.assertRegex(text, r"^<\|endoftext\|>(Ben|Cleo|Dario|Ana):\n(.|\n)+\n\nAna:\n$")

    def test_words_that_are_context_alone_are_no_reply(self):
        turns = self.reader.turns(self.split, 0)
        self.split.mask = np.array(self.split.mask)
        self.split.mask[turns[1].body] = 0
        found = list(replies_in(self.reader, self.split, 0, persona=True))
        self.assertEqual([reply.bubbles for reply in found], [["hm"]])

    def test_replies_of_others_are_those_that_answer_somebody(self):
        found = replies_of(self.reader, self.split, persona=False, most=99)
        self.assertIn(["Ana:", "says so"], [reply.bubbles for reply in found])
        self.assertNotIn(["are you coming?"], [reply.bubbles for reply in found])
        few = replies_of(self.reader, self.split, persona=False, most=5)
        self.assertEqual(few, replies_of(self.reader, self.split, persona=False, most=5))
        self.assertEqual(len(few), 5)

    def test_a_turn_that_a_model_did_not_end_or_ended_by_another_is_told_apart(self):
        encode = self.encode
        self.assertEqual(self.reader.bubbles(encode("yes\nno")), (["yes", "no"], False))
        self.assertEqual(self.reader.bubbles(encode("yes") + [0] + encode("no")), (["yes"], True))
        self.assertEqual(self.reader.bubbles(encode("\n\n")), ([], True))


class Statistics(unittest.TestCase):
    def test_wilson_holds_the_known_bounds(self):
        found = statistics.wilson(8, 10)
        self.assertAlmostEqual(found["low"], 0.4902, places=4)
        self.assertAlmostEqual(found["high"], 0.9433, places=4)
        self.assertIsNone(statistics.wilson(0, 0))

    def test_an_interval_by_conversation_is_wider_where_a_conversation_is_all_alike(self):
        random = np.random.default_rng(0)
        groups = np.repeat(np.arange(20), 10)
        alike, mixed = np.repeat(random.integers(0, 2, 20), 10), random.integers(0, 2, 200)
        wide, narrow = (statistics.mean_by_group(values, groups) for values in (alike, mixed))
        self.assertGreater(wide["high"] - wide["low"], 2 * (narrow["high"] - narrow["low"]))
        self.assertAlmostEqual(wide["value"], alike.mean())

    def test_auc_and_the_rate_at_few_false_positives_are_those_counted_by_hand(self):
        self.assertEqual(statistics.auc([3, 4], [1, 2]), 1)
        self.assertEqual(statistics.auc([1, 3], [1, 2]), 0.625)
        self.assertEqual(statistics.auc([1, 1], [1, 1]), 0.5)
        negatives = np.arange(100)
        self.assertEqual(statistics.true_positive_rate([98.5, 99.5, 3, 98], negatives), 0.5)
        self.assertEqual(statistics.true_positive_rate(negatives, negatives), 0.01)

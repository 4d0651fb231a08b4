"""What words alone cost, against sums that are worked out by hand.

    .venv/bin/python -m unittest discover -s test/python -p test_words.py
"""

import math
import unittest

import numpy as np

import tiny
from trainer.attention import use_attention
from trainer.distributed import Team
from trainer.evaluation import Evaluator, summed_up, sums_by_conversation
from trainer.machine import Machine
from trainer.packing import PackedSplit
from trainer.runtime import Runtime
from trainer.shards import OTHERS, PERSONA
from trainer.words import bits_per_byte, specificity, word_bytes

NEWLINE, SPACE, THE, EMPTY_LINE, END = 198, 220, 262, 628, 50256  # GPT-2's; THE is " the", EMPTY_LINE two newlines.
BYTES = {NEWLINE: 0, EMPTY_LINE: 0, THE: 4, SPACE: 1}
VOCABULARY = 700  # Large enough for all of them but END.


def turn(code, *ids):
    """A label, and words of somebody with their end."""
    return [(40, 3), (25, 0), (NEWLINE, 0), *((id, code) for id in (*ids, EMPTY_LINE))]


CONVERSATIONS = [
    [turn(OTHERS, 30, THE, 31), turn(PERSONA, 33, NEWLINE, 34, THE), turn(OTHERS, 35)],
    [turn(PERSONA, THE, NEWLINE, SPACE, 36, SPACE, 37), turn(OTHERS, THE, THE)],
    [turn(OTHERS, 38, NEWLINE, 39)],
]


class WithWords(tiny.WithShards):
    def setUp(self):
        super().setUp()
        tiny.write_shards(self.folder / "shards", CONVERSATIONS, VOCABULARY)
        shards = self.shards()
        self.split, self.bytes = shards.val, word_bytes(shards.val, shards.tokenizer)

    def evaluator(self, context=64):
        packed = PackedSplit(self.split, context, {PERSONA: 1.0, OTHERS: 1.0})
        go_on = type("Stop", (), {"requested": False})()
        return Evaluator(packed, self.bytes, 256, Runtime(Machine("fp32"), Team(), "sdpa", go_on))


class BitsPerByte(WithWords):
    def test_bytes_are_those_of_what_was_typed_and_not_of_what_separates_it(self):
        is_word = np.isin(self.split.mask, (PERSONA, OTHERS))
        expected, before = [], None
        for id in self.split.ids[is_word].tolist():
            expected.append(0 if (before, id) == (NEWLINE, SPACE) else BYTES.get(id, 1))
            before = id
        self.assertEqual(self.bytes[is_word].tolist(), expected)
        self.assertEqual(expected.count(0), 10)

    def test_special_tokens_have_none_and_characters_of_several_bytes_have_all_of_theirs(self):
        tokenizer = self.shards().tokenizer
        text = "Olá, 👩‍👩‍👧 – naïve"
        ids = np.array([*tokenizer.encode(text).ids, END])
        lengths = word_bytes(type("Split", (), {"ids": ids})(), tokenizer)
        self.assertEqual((lengths.sum(), lengths[-1]), (len(text.encode()), 0))

    def test_they_are_the_logarithms_of_the_words_alone_over_their_bytes(self):
        measured = self.measure(self.evaluator())
        expected = self.by_hand(tiny.gpt2(vocabulary=VOCABULARY))
        np.testing.assert_allclose(measured.words, expected, rtol=1e-5)
        sums = expected.sum(axis=0)
        self.assertAlmostEqual(measured.event["personaBitsPerByte"], sums[0] / sums[1], places=5)
        self.assertEqual(measured.event["personaBytes"], sums[1])
        self.assertAlmostEqual(measured.event["othersBitsPerByte"], sums[2] / sums[3], places=5)

    def test_a_conversation_that_is_cut_for_its_length_counts_each_word_once(self):
        lengths = np.array(self.measure(self.evaluator(context=16)).words)[:, [1, 3]]
        self.assertEqual(lengths.tolist(), self.by_hand(tiny.gpt2(vocabulary=VOCABULARY))[:, [1, 3]].tolist())

    def measure(self, evaluator):
        model = tiny.gpt2(vocabulary=VOCABULARY)
        use_attention(model, "sdpa", evaluator.runtime.machine)
        return evaluator.measure(model, 2)

    def by_hand(self, model):
        """Bits and bytes of the persona's words and of the others', a conversation a line."""
        found = []
        for start, end, _ in self.split.conversations():
            ids, mask = self.split.ids[start:end].astype(int), self.split.mask[start:end]
            bits = -tiny.logits_of(model, ids).log_softmax(-1) / math.log(2)
            line = [0.0] * 4
            for at in range(1, len(ids)):
                length = 0 if (ids[at - 1], ids[at]) == (NEWLINE, SPACE) else BYTES.get(ids[at], 1)
                if length and mask[at] in (PERSONA, OTHERS):
                    column = 0 if mask[at] == PERSONA else 2
                    line[column] += bits[at - 1, ids[at]].item()
                    line[column + 1] += length
            found.append(line)
        return np.array(found)

    def test_to_learn_the_format_alone_lowers_the_loss_and_not_them(self):
        evaluator = self.evaluator()
        places = evaluator.packed.target_places(range(len(evaluator.packed)))
        self.assertEqual(len(places), np.isin(self.split.mask, (PERSONA, OTHERS)).sum())
        is_format = np.isin(self.split.ids[places], (NEWLINE, EMPTY_LINE))
        before = measured_from(evaluator, np.full(len(places), 3.0), places)
        after = measured_from(evaluator, np.where(is_format, 0.5, 3.0), places)
        self.assertLess(after.loss, before.loss)
        self.assertEqual(after.words, before.words)

    def test_without_a_word_of_somebody_there_are_none(self):
        self.assertIsNone(bits_per_byte([], persona=True))
        self.assertIsNone(bits_per_byte([[3.0, 4, 0.0, 0]], persona=False))


class Specificity(unittest.TestCase):
    def learned(self, persona, others, conversations=40, spread=0.02):
        """Words of conversations before and after somebody learned so much of each."""
        random = np.random.default_rng(1)
        before = random.uniform(100, 900, (conversations, 4))
        kept = random.normal(1, spread, (conversations, 4)) * (1 - np.array([persona, 0, others, 0]))
        return before, before * np.where([True, False, True, False], kept, 1)

    def test_is_what_the_persona_gained_beyond_everybody(self):
        found = specificity(*self.learned(persona=0.08, others=0.03))
        self.assertAlmostEqual(found["value"], 0.05, delta=0.01)
        self.assertTrue(0.03 < found["low"] < found["value"] < found["high"] < 0.07, found)

    def test_of_what_was_learned_of_everybody_alike_the_interval_holds_zero(self):
        found = specificity(*self.learned(persona=0.1, others=0.1))
        self.assertTrue(found["low"] < 0 < found["high"], found)

    def test_is_told_of_neither_few_conversations_nor_of_people_without_a_word(self):
        before, after = self.learned(0.1, 0.0)
        silent = np.array([1, 1, 0, 0])
        for first, last in (([], []), (before[:7], after[:7]), (before * silent, after * silent), ([], after)):
            self.assertIsNone(specificity(first, last))

    def test_its_interval_is_as_wide_as_the_gains_of_new_conversations_vary(self):
        wide, narrow = (specificity(*self.learned(0.08, 0.03, spread=spread)) for spread in (0.2, 0.02))
        self.assertGreater(wide["high"] - wide["low"], 5 * (narrow["high"] - narrow["low"]))


def measured_from(evaluator, nats, places):
    return summed_up(*sums_by_conversation(evaluator.packed.split, evaluator.word_bytes, nats, places))

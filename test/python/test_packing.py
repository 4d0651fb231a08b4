"""Packing changes nothing but the speed.

    .venv/bin/python -m unittest discover -s test/python -p test_packing.py
"""

import tempfile
import unittest

import numpy as np
import torch

import tiny
from loss import backward, evaluate_batch, hidden_states
from packing import PackedSplit, attention_of, collate, pack
from shards import Shards


class Packing(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def shards(self, conversations):
        return Shards(tiny.write_shards(self.folder.name, conversations))

    def test_each_target_is_a_target_exactly_once_however_long_a_conversation_is(self):
        for seed in range(20):
            split = self.shards(tiny.random_conversations(seed, 12, most_turns=30, most_tokens=40)).train
            packed = PackedSplit(split, context=32, next_speaker_weight=0.5)
            seen = np.zeros(len(split.ids), int)
            for window in packed.windows:
                self.assertLessEqual(len(window), 32)
                ids, weights = packed.window_arrays(window)
                body = len(ids) - (window.end - window.start)
                seen[np.arange(window.start, window.end)[weights[body:] > 0]] += 1
            is_target = np.isin(split.mask, (1, 3))
            np.testing.assert_array_equal(seen, is_target.astype(int))

    def test_every_window_is_in_one_row_and_rows_are_full(self):
        lengths = np.random.default_rng(0).integers(1, 40, 2000).tolist()
        rows = pack(lengths, 64)
        self.assertEqual(sorted(index for row in rows for index in row), list(range(2000)))
        self.assertTrue(all(sum(lengths[index] for index in row) <= 64 for row in rows))
        self.assertGreater(sum(lengths) / (64 * len(rows)), 0.99)

    def test_packed_loss_equals_unpacked_loss_per_token(self):
        split = self.shards(tiny.random_conversations(1, 10)).train
        for model in (tiny.gpt2(), tiny.llama()):
            packed = PackedSplit(split, context=64, next_speaker_weight=0.1)
            loss, weight = evaluate_batch(model, packed.batch(range(len(packed))))
            alone = [evaluate_batch(model, collate([[packed.window_arrays(window)]])) for window in packed.windows]
            self.assertAlmostEqual(loss / weight, sum(l for l, _ in alone) / sum(w for _, w in alone), delta=1e-5)
            batch = packed.batch(range(len(packed)))
            states = hidden_states(model, batch)
            for r, row in enumerate(packed.rows):
                for document, index in enumerate(row):
                    own = hidden_states(model, collate([[packed.window_arrays(packed.windows[index])]]))[0]
                    torch.testing.assert_close(states[r][batch["documents"][r] == document], own, atol=1e-5, rtol=1e-5)

    def test_a_change_in_document_1_leaves_document_2_alone_and_a_plain_causal_mask_does_not(self):
        for model in (tiny.gpt2(), tiny.llama()):
            pieces = torch.randint(1, tiny.VOCABULARY, (3, 16), generator=torch.Generator().manual_seed(1)).numpy()
            batches = [collate([[(first, first * 0.0), (pieces[2], pieces[2] * 0.0)]]) for first in pieces[:2]]
            apart = [hidden_states(model, batch)[0, 16:] for batch in batches]
            torch.testing.assert_close(*apart, atol=1e-6, rtol=0)
            plain = [{**batch, "attention": attention_of(batch["documents"] * 0)} for batch in batches]
            mixed = [hidden_states(model, batch)[0, 16:] for batch in plain]
            self.assertGreater((mixed[0] - mixed[1]).abs().max().item(), 1e-4)

    def test_the_lean_loss_gives_the_gradients_of_the_whole_one(self):
        split = self.shards(tiny.random_conversations(2, 6)).train
        for make in (tiny.gpt2, tiny.llama):
            packed = PackedSplit(split, context=64, next_speaker_weight=0.3)
            batch = packed.batch(range(len(packed)))
            total = batch["weights"][:, 1:].sum().item()
            lean, whole = make(), make()
            loss = backward(lean, batch, total) / total
            output = whole(input_ids=batch["ids"], attention_mask=batch["attention"], position_ids=batch["positions"], use_cache=False)
            each = torch.nn.functional.cross_entropy(
                output.logits[:, :-1].flatten(0, 1), batch["ids"][:, 1:].flatten(), reduction="none"
            )
            expected = (each * batch["weights"][:, 1:].flatten()).sum() / total
            expected.backward()
            self.assertAlmostEqual(loss, expected.item(), delta=1e-5)
            for (name, a), b in zip(lean.named_parameters(), whole.parameters()):
                torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-4, msg=name)

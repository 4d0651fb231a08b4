"""Canaries are planted as asked, and a run that learns them by heart reveals them.

    .venv/bin/python -m unittest discover -s test/python -p test_canaries.py
"""

import json
import stat
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import talks
import tiny
from evaluation.canaries import audit, costs_of, planted_split, read_canaries
from evaluation.scoring import Scorer
from evaluation.turns import TurnReader
from trainer.events import Problem
from trainer.machine import Machine
from trainer.models import from_scratch
from trainer.shards import PERSONA, Shards

FP32 = Machine("fp32")


class Canaries(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.shards = Shards(talks.write(self.folder / "shards", talks.conversations(10, 1), talks.conversations(4, 2)))
        self.reader = TurnReader(self.shards)
        torch.manual_seed(0)
        self.model = from_scratch(2, 2, 64, self.shards, 256, 0.0).eval()

    def plant(self, count=6, seed=0):
        return planted_split(self.folder, count, self.shards, self.reader, self.model, FP32, seed)

    def test_a_third_each_is_planted_once_four_times_and_sixteen_times_behind_the_data(self):
        split = self.plant()
        canaries, train = read_canaries(self.folder), self.shards.train
        self.assertEqual([canary["repeats"] for canary in canaries["planted"]], [1, 4, 16] * 2)
        self.assertEqual(len(split.offsets), len(train.offsets) + 2 * (1 + 4 + 16))
        self.assertTrue((split.ids[: len(train.ids)] == train.ids).all() and len(split.ids) == len(split.mask))
        self.assertEqual(stat.S_IMODE((self.folder / "canaries.json").stat().st_mode), 0o600)
        texts = [tuple(canary["ids"]) for canary in canaries["planted"] + canaries["twins"]]
        self.assertEqual(len(set(texts)), 12)

    def test_a_canary_is_a_turn_of_the_persona_of_which_its_words_alone_are_learned(self):
        split, (first, *_) = self.plant(), read_canaries(self.folder)["planted"]
        start, end, turns = list(split.conversations())[len(self.shards.train.offsets)]
        is_learned = split.mask[start:end] == PERSONA
        self.assertEqual(split.ids[start:end][is_learned].tolist(), first["ids"])
        pieces = np.split(split.ids[start:end], turns - start)
        texts = [self.reader.vocabulary.text(piece.tolist(), with_structure=True) for piece in pieces]
        self.assertEqual(texts[0], talks.END)
        self.assertTrue(all(text.startswith(("Ana:\n", "Ben:\n", "Cleo:\n", "Dario:\n")) for text in texts[1:]), texts)
        self.assertRegex(texts[-1], r"^Ana:\n(.|\n)+\n\n<\|endoftext\|>$")

    def test_another_attempt_plants_the_same_and_too_many_are_refused(self):
        ids = self.plant().ids
        np.testing.assert_array_equal(self.plant(seed=5).ids, ids)
        (self.folder / "canaries.json").unlink()
        with self.assertRaisesRegex(Problem, r"and 400 were asked for"):
            self.plant(count=200)

    def test_who_learns_by_heart_reveals_those_repeated_sixteen_times_and_who_never_saw_them_none(self):
        split = self.plant()
        canaries = read_canaries(self.folder)
        before = costs_of(canaries, Scorer(self.model, FP32, 256))
        nothing = audit(canaries, before, before)
        self.assertEqual((nothing["tprAt1"], nothing["auc"]["value"]), (0, 0.5))
        self.assertEqual([each["exposure"] for each in nothing["byRepeats"]], [0] * 3)
        only = type("Shards", (), {"train": split})
        learned = talks.fit(self.model, only, {PERSONA: 1.0}, steps=80)
        found = audit(canaries, before, costs_of(canaries, Scorer(learned, FP32, 256)))
        once, four_times, sixteen_times = found["byRepeats"]
        self.assertEqual(sixteen_times["exposure"], sixteen_times["maxExposure"])
        self.assertEqual(sixteen_times["revealed"], sixteen_times["count"])
        self.assertGreaterEqual(four_times["exposure"], once["exposure"])
        self.assertGreater(found["auc"]["low"], 0.5)
        self.assertGreater(found["tprAt1"], 0.3)


class Trained(unittest.TestCase):
    def test_the_trainer_plants_them_and_goes_on_with_the_same_ones(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        talks.write(folder / "shards", talks.conversations(20, 1), talks.conversations(4, 2))
        words = ("--canaries", "3", "--steps", "4", "--evaluate-every", "4")
        plain, planted = (tiny.train(folder, run, "--steps", "4", *more) for run, more in (("plain", ()), ("planted", words)))
        tokens = [next(event for event in events if event["type"] == "plan")["trainTokens"] for events in (plain, planted)]
        canaries = json.loads((folder / "planted/canaries.json").read_text())
        added = sum(canary["repeats"] * (len(canary["context"]) + len(canary["ids"]) + 1) for canary in canaries["planted"])
        self.assertGreaterEqual(tokens[1], tokens[0] + added)
        whole = tiny.losses(planted)
        first = tiny.train(folder, "resumed", *words, stop_at_look=8)
        again = tiny.train(folder, "resumed", *words, "--resume", "--attempt", "2")
        self.assertEqual([event for event in tiny.losses(first + again) if "gradientNorm" in event][-2:], [e for e in whole if "gradientNorm" in e][-2:])


if __name__ == "__main__":
    unittest.main()

"""Distances have known answers, and the way of drawing that is nearest to the person is found.

    .venv/bin/python -m unittest discover -s test/python -p test_calibration.py
"""

import json
import shutil
import stat
import tempfile
import types
import unittest
from pathlib import Path
from unittest.mock import patch

import numpy as np

import talks
import tiny
from trainer.events import Problem

import calibrate
from evaluate import questions_of
from evaluation.calibration import LEAST, Choosing, Discrepancy, grid, reserved
from evaluation.kept_draws import KeptDraws
from evaluation.sampling import Sampler
from evaluation.turns import TurnReader
from trainer.shards import Shards


class Killed(BaseException):
    """Ends a calibration as SIGKILL would: nothing is tidied up."""


LETTERS = np.array(list("abcdefgh"))
LIKELY = np.exp(-0.6 * np.arange(8))


def replies(temperature, count, seed, min_p=0.0):
    """Of a toy model, whose words are letters."""
    shares = np.where(LIKELY >= min_p * LIKELY.max(), LIKELY, 0) ** (1 / temperature)
    random = np.random.default_rng(seed)
    return ["".join(random.choice(LETTERS, 24, p=shares / shares.sum())) for _ in range(count)]


class Distances(unittest.TestCase):
    def distance(self, real, drawn, conversations=None):
        discrepancy = Discrepancy(real, np.arange(len(real)) if conversations is None else conversations)
        return discrepancy.estimate(discrepancy.sums(drawn))

    def test_two_halves_of_one_sample_are_at_no_distance_within_its_error(self):
        found = [self.distance(replies(1, 120, seed), replies(1, 120, 100 + seed)) for seed in range(20)]
        scores = [value / error for value, error in found]
        self.assertLess(abs(np.mean(scores)), 1)
        self.assertLess(max(map(abs, scores)), 4)
        self.assertTrue(any(value < 0 for value, _ in found))  # Without bias it is below zero now and then.

    def test_two_authors_are_apart_and_so_is_one_at_another_length(self):
        said = lambda seed, who: ["\n".join(b) for talk in talks.conversations(30, seed) for speaker, b in talk if (speaker == "Ana") == who]
        ana, again, friends = said(1, True), said(2, True), said(3, False)
        near = self.distance(ana, again)
        for drawn in (friends, [text[:9] for text in again]):
            value, error = self.distance(ana, drawn)
            self.assertGreater(value, 5 * error)
            self.assertGreater(value, 20 * abs(near[0]))

    def test_replies_that_are_alike_within_a_conversation_are_worth_less(self):
        conversations = np.repeat(np.arange(12), 10)
        alike = [text for text in replies(1, 12, 0) for _ in range(10)]
        _, together = self.distance(alike, replies(1, 120, 1), conversations)
        _, apart = self.distance(replies(1, 120, 2), replies(1, 120, 1), conversations)
        self.assertGreater(together, 2 * apart)

    def test_a_reply_without_a_word_is_one_too(self):
        value, error = self.distance(replies(1, 60, 0), [""] * 60)
        self.assertGreater(value, 5 * error)


class Choices(unittest.TestCase):
    def choose(self, real, usual, count=300):
        random = iter(range(10**6))
        asked = []

        def draw(settings, rows):
            asked.append(len(settings))
            return [replies(each.temperature, len(rows), next(random), each.min_p) for each in settings]

        choosing = Choosing(grid(usual, 1.0, 0.0), real[:count], np.arange(count) % 40, draw)
        while choosing.go_on():
            pass
        return choosing.result(), asked

    def test_the_temperature_that_the_person_has_is_found_and_the_others_are_dropped_on_the_way(self):
        for best in (0.6, 1.2):
            found, asked = self.choose(replies(best, 300, 1), usual=0.8)
            self.assertEqual((found["temperature"], found["minP"]), (best, 0), found)
            self.assertLess(found["distances"]["chosen"]["value"], found["distances"]["usual"]["value"])
            self.assertEqual((asked[0], found["replies"], found["conversations"]), (12, 300, 40))
            self.assertLess(asked[-1], 6)

    def test_what_is_usual_stays_where_nothing_is_clearly_better(self):
        found, _ = self.choose(replies(0.8, 300, 1), usual=0.8)
        self.assertEqual((found["temperature"], found["topP"], found["minP"]), (0.8, 1, 0))
        self.assertEqual(found["distances"]["chosen"], found["distances"]["usual"])

    def test_too_few_replies_choose_nothing(self):
        self.assertIsNone(self.choose(replies(1.2, 32, 1), usual=0.8, count=32)[0])

    def test_the_usual_comes_first_in_a_grid_and_no_setting_twice(self):
        for usual in ((0.8, 0.95, 0.0), (0.1, 1.0, 0.05), (1.0, 1.0, 0.0)):
            settings = grid(*usual)
            drawn = [(each.temperature, each.top_p, each.min_p) for each in settings]
            self.assertEqual((drawn[0], settings[0].steps), (usual, 0))
            self.assertEqual(len(set(drawn)), len(drawn))


class Calibrate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        talks.write(cls.folder / "shards", talks.conversations(40, 1), talks.conversations(60, 2))
        words = ("--base", "scratch:2x2x64", "--steps", "60", "--learning-rate", "1e-2", "--evaluate-every", "60", "--gguf", "none")
        tiny.train(cls.folder, "trained", *words, exported=True)

    def setUp(self):
        self.run_folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(self.folder / "trained", self.run_folder, dirs_exist_ok=True)
        self.file = self.run_folder / "calibration.json"

    def calibrate(self, *words, shards=None):
        asked = {"--run": self.run_folder, "--shards": shards or self.folder / "shards", "--seed": 0, "--max-tokens": 40}
        asked |= {"--temperature": 0.8, "--top-p": 0.95, "--min-p": 0}
        arguments = calibrate.parse([*(str(word) for pair in asked.items() for word in pair), *words])
        events = []
        calibrate.calibrate(arguments, lambda type, **rest: events.append({"type": type, **rest}))
        return events

    def test_a_run_is_calibrated_on_conversations_that_no_evaluation_looks_at_and_no_word_is_kept(self):
        events = self.calibrate()
        text = self.file.read_text()
        found = json.loads(text)
        self.assertEqual(set(found), {"version", "temperature", "topP", "minP", "replies", "conversations", "distances", "seconds"})
        self.assertEqual((found["replies"], found["conversations"], events[-1]), (80, 20, {"type": "finished"}))
        self.assertEqual([event["name"] for event in events if event["type"] == "phase"], ["loading the run", "calibrating"])
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertFalse([topic for topic in talks.TOPICS if topic in text + json.dumps(events)])
        before = {key: value for key, value in found.items() if key != "seconds"}
        self.calibrate()
        self.assertEqual({key: value for key, value in json.loads(self.file.read_text()).items() if key != "seconds"}, before)

    def test_what_is_calibrated_by_is_always_the_same_and_never_asked_by_an_evaluation(self):
        shards = Shards(self.folder / "shards")
        reader = TurnReader(shards)
        own, conversations = reserved(reader, shards.val)
        self.assertEqual((len(own), len(conversations)), (80, 20))
        asked = lambda seed: {q.conversation for q in questions_of(reader, shards, asking(seed))}
        for seed in (0, 1):
            self.assertEqual(asked(seed), set(range(60)) - conversations)

    def test_without_time_nothing_is_kept_and_that_is_said(self):
        events = self.calibrate("--seconds", "0.001")
        self.assertFalse(self.file.exists())
        self.assertEqual([event["message"] for event in events if event["type"] == "warning"], [f"Too slow to calibrate: in 0.001 s, fewer than {LEAST} contexts were answered."])

    def test_one_that_was_killed_goes_on_where_it_was_and_chooses_the_same(self):
        self.calibrate()
        whole = self.file.read_text()
        self.file.unlink()
        drawn, go_on = [], Sampler.replies
        kept = self.run_folder / "evaluation/calibration.jsonl"

        def counted(sampler, contexts, ways, rows):
            drawn.append((len(ways), list(rows)))
            if len(drawn) == 3:
                raise Killed
            return go_on(sampler, contexts, ways, rows)

        with patch.object(Sampler, "replies", counted):
            with self.assertRaises(Killed):
                self.calibrate()
            self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
            with kept.open("ab") as file:
                file.write(b'{"asked": {"settings"')  # A line that was cut off.
            self.calibrate()
        self.assertEqual(drawn[2], drawn[3])
        self.assertEqual(drawn.count(drawn[0]), 1)
        without_time = lambda text: {key: value for key, value in json.loads(text).items() if key != "seconds"}
        self.assertEqual(without_time(self.file.read_text()), without_time(whole))
        self.assertFalse(kept.exists())

    def test_what_was_drawn_with_another_seed_is_drawn_anew(self):
        plan, asked = {"seed": 0}, []
        draw = lambda settings, rows: asked.append(list(rows)) or [["hi"] * len(rows) for _ in settings]
        settings = grid(0.8, 0.95, 0)[:2]
        KeptDraws(self.run_folder, plan, draw)(settings, range(2))
        again = KeptDraws(self.run_folder, plan, draw)
        self.assertEqual(again(settings, range(2)), [["hi", "hi"], ["hi", "hi"]])
        again(settings, range(2, 4))
        KeptDraws(self.run_folder, {"seed": 1}, draw)(settings, range(2))
        self.assertEqual(asked, [[0, 1], [2, 3], [0, 1]])

    def test_too_few_conversations_are_refused_and_left_to_the_evaluation(self):
        talks.write(self.folder / "few", talks.conversations(40, 1), talks.conversations(12, 2))
        with self.assertRaisesRegex(Problem, "Too few conversations are held out to calibrate by"):
            self.calibrate(shards=self.folder / "few")
        shards = Shards(self.folder / "few")
        self.assertEqual(len({q.conversation for q in questions_of(TurnReader(shards), shards, asking(0))}), 12)


def asking(seed):
    return types.SimpleNamespace(replies=1000, seed=seed, full=False)


if __name__ == "__main__":
    unittest.main()

"""A trainer that is killed, fails or is told to stop at any of its file operations leaves a run that goes on.

`PERSONA_KILLS` sets how many of the places are tried with the trainer itself, `PERSONA_KILL_SEED` which.

    .venv/bin/python -m unittest discover -s test/python -p test_kills.py
"""

import errno
import json
import os
import random
import shutil
import signal

import transformers.modeling_utils  # Before anything forks, as what follows: each trial would read it anew.

import tiny
from trainer import checkpoints
import finetune
from disk_states import Pictures, fail_at, terminate_at, train_apart

KILLS = int(os.environ.get("PERSONA_KILLS", "6"))
SEED = int(os.environ.get("PERSONA_KILL_SEED", "1"))
STEPS, BEST = 5, 3  # It becomes better until step 3, and worse then.
WORDS = ("--base", "scratch:1x1x8", "--precision", "fp32", "--context-length", "64", "--tokens-per-step", "256", "--micro-batch", "2")
WORDS += ("--steps", STEPS, "--seed", "1", "--learning-rate", "3e-2", "--schedule", "constant", "--gguf", "none")
WORDS += ("--save-every-minutes", "0", "--evaluate-every", "1", "--evaluation-rows", "4", "--patience", "9", "--peak-tflops", "1")


class Kills(tiny.WithShards):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.pictures = self.picture("whole")
        self.whole = measured(self.events("whole"))
        self.model = contents(self.folder / "whole/attempt-1/model")

    def picture(self, run, *words):
        pictures = Pictures(self.folder / run, self.folder / f"{run}-pictures")
        self.assertEqual(train_apart(self.folder, run, [*WORDS, *words], pictures), 0)
        return list(pictures)

    def some(self, of):
        return self.random.sample(of, min(KILLS, len(of)))

    def events(self, run):
        return [json.loads(line) for line in (self.folder / run / "events.jsonl").read_text().splitlines()]

    def test_whenever_it_is_killed_the_newest_whole_checkpoint_is_the_one_it_spoke_of_last_or_a_later_one(self):
        self.assertGreater(len(self.pictures), 50)
        for picture in self.pictures:
            lines = (picture / "events.jsonl").read_text().splitlines()
            said = [event["step"] for event in map(json.loads, lines) if event["type"] == "checkpoint-saved"]
            found = checkpoints.newest(picture)
            self.assertGreaterEqual(found[1]["step"] if found else 0, max(said, default=0), picture.name)
            self.assertEqual(checkpoints.damaged(picture), [], picture.name)

    def test_killed_anywhere_it_goes_on_to_the_same_losses_and_the_same_model(self):
        for picture in self.some(self.pictures):
            shutil.copytree(picture, self.folder / picture.name)
            self.check_next_attempt(picture.name, 2)

    def test_so_it_does_when_it_is_killed_again(self):
        for picture in self.random.sample(self.pictures, 2):
            shutil.copytree(picture, self.folder / picture.name)
            for second in self.random.sample(self.picture(picture.name, "--resume", "--attempt", 2), max(1, KILLS // 4)):
                run = f"{picture.name}-{second.name}"
                shutil.copytree(second, self.folder / run)
                self.check_next_attempt(run, 3)

    def test_a_disk_that_is_full_or_fails_anywhere_costs_nothing_that_was_saved(self):
        for code, words in ((errno.ENOSPC, "The disk is full"), (errno.EIO, "The disk failed|cannot be written")):
            for number in self.some(range(1, self.changes)):
                run = f"{code}-{number}"
                if train_apart(self.folder, run, WORDS, fail_at(number, OSError(code, os.strerror(code)))) == 0:
                    continue  # Something that was only to be tidied up.
                last = self.events(run)[-1]
                self.assertEqual(last["type"], "failed", run)
                self.assertRegex(last["reason"], words)
                self.check_next_attempt(run, 2)

    def test_told_to_stop_anywhere_it_saves_and_goes_on_exactly(self):
        for number in self.some(range(1, self.changes)):
            run = f"stop-{number}"
            code = train_apart(self.folder, run, WORDS, terminate_at(number))
            events = self.events(run)
            self.assertEqual(code, 0 if events else -signal.SIGTERM, run)  # Before it says anything, there is nothing to save.
            if not events or events[-1]["stopped"]:
                self.check_next_attempt(run, 2)

    @property
    def changes(self):
        return int(self.pictures[-1].name[:4]) + 1

    def check_next_attempt(self, run, attempt):
        before = len(self.events(run))
        code = train_apart(self.folder, run, [*WORDS, "--resume", "--attempt", attempt])
        self.assertEqual(code, 0, f"{run}: {(self.folder / run / 'stderr.txt').read_text()}")
        events = self.events(run)
        self.assertEqual(measured(events), self.whole, run)
        self.assertEqual(events[-1]["bestStep"], BEST, run)
        self.assertNotIn("warning", [event["type"] for event in events[before:]], run)
        directory = self.folder / run / f"attempt-{attempt}"
        self.assertEqual(contents(directory / "model"), self.model, run)
        self.assertEqual(list(directory.rglob("*.tmp")), [], run)
        self.assertEqual(checkpoints.whole_of(self.folder / run, BEST), directory / f"checkpoints/step-{BEST}")


def measured(events):
    """What was measured at each step; what was done twice came to the same."""
    return sorted({json.dumps(each, sort_keys=True) for each in tiny.losses(events)})


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}

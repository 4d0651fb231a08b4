"""Folders of runs that do not hold what the trainer left there.

    .venv/bin/python -m unittest discover -s test/python -p test_damage.py
"""

import shutil

import tiny
from trainer import checkpoints
from trainer.events import Problem

STEPS, BEST = 5, 3  # It becomes better until step 3, and worse then.
WORDS = ("--base", "scratch:1x1x8", "--steps", STEPS, "--seed", "1", "--learning-rate", "3e-2", "--schedule", "constant")
WORDS += ("--save-every-minutes", "0", "--evaluate-every", "1", "--evaluation-rows", "4", "--patience", "9", "--gguf", "none")


class Damage(tiny.WithShards):
    always = WORDS

    def kept(self, run, attempt=1):
        return self.folder / run / f"attempt-{attempt}/checkpoints"

    def warnings(self, events):
        return [event["message"] for event in events if event["type"] == "warning"]

    def test_without_its_best_checkpoint_a_run_goes_on_and_its_best_is_one_that_there_is(self):
        for damage in (change_a_byte, shutil.rmtree):
            run = damage.__name__
            self.train(run)
            damage(self.kept(run) / f"step-{BEST}")
            events = self.train(run, "--resume", "--attempt", "2", exported=True)
            self.assertIn("The best checkpoint, of step 3, is damaged or gone: the best from here on counts.", self.warnings(events))
            [measured] = [event["loss"] for event in events if event["type"] == "evaluation"]
            self.assertEqual((events[-1]["bestStep"], events[-1]["bestLoss"]), (STEPS, measured))
            self.assertTrue((self.folder / run / "attempt-2/model/model.safetensors").exists())

    def test_a_best_checkpoint_that_is_damaged_while_it_trains_is_not_exported(self):
        def tamper(finetune):
            export = finetune.export

            def damage_and_export(run, *rest):
                change_a_byte(run.checkpoints / f"step-{BEST}")
                return export(run, *rest)

            finetune.export = damage_and_export

        with self.assertRaisesRegex(Problem, "The best checkpoint, of step 3, is damaged") as caught:
            self.train("run", exported=True, tamper=tamper)
        self.assertIn("persona runs resume RUN", caught.exception.fix)
        self.assertEqual(self.train("run", "--resume", "--attempt", "2", exported=True)[-1]["bestStep"], STEPS)

    def test_folders_with_other_names_are_no_checkpoints(self):
        whole = self.train("run", stop_at_look=9)
        newest = max(self.kept("run").glob("step-?"))
        for name in ("step-9a", "step-abc1", "step-9-9", "step-9.4711", "step-9.tmp"):
            shutil.copytree(newest, self.kept("run") / name)
        (self.kept("run") / "step-9").write_text("a file")
        shutil.copytree(self.folder / "run/attempt-1", self.folder / "run/attempt-x")
        shutil.copytree(self.folder / "run/attempt-1", self.folder / "run/attempt-0")
        rest = self.train("run", "--resume", "--attempt", "2")
        self.assertEqual(tiny.losses(whole) + tiny.losses(rest), tiny.losses(self.train("whole")))
        self.assertEqual({path.name for path in self.kept("run", 2).iterdir()}, {"step-3", "step-4", "step-5"})

    def test_a_progress_that_is_no_object_is_damage(self):
        self.train("run")
        for content in ("", "null", "[]", '{"files": []}', '"files"', "\0" * 40):
            (self.kept("run") / "step-5/progress.json").write_text(content)
            self.assertEqual(checkpoints.newest(self.folder / "run")[0].name, "step-4", content)

    def test_what_is_saved_stays_though_a_later_step_of_another_start_lies_beside_it(self):
        self.train("run")
        events = self.train("run", "--seed", "2", stop_at_look=9)
        saved = max(event["step"] for event in events if event["type"] == "checkpoint-saved")
        self.assertLess(saved, STEPS)
        self.assertEqual(checkpoints.newest(self.folder / "run")[1]["step"], saved)


def change_a_byte(checkpoint):
    file = checkpoint / "weights.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)

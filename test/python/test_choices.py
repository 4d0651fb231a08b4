"""Every way to train works.

    .venv/bin/python -m unittest discover -s test/python -p test_choices.py
"""

import hashlib
import importlib.metadata
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch

import tiny
from trainer.bases import PRESETS, PackagedBase
from trainer.events import Problem
from trainer.machine import Machine
from trainer.options import parse
from trainer.packaged_bases import join
from trainer.schedule import Schedule
from trainer.trained_model import TrainedModel


class Choices(tiny.WithShards):
    conversations = tiny.random_conversations(0, 20)
    always = ("--steps", "2")

    def test_every_kind_of_training_lowers_the_loss(self):
        tiny.llama().save_pretrained(self.folder / "llama")
        fast = ("--learning-rate", "5e-3", "--evaluate-every", "2")
        for words in (
            ("--lora", "--rslora"),
            ("--lora", "--dora"),
            ("--train-layers", "last:1"),
            ("--gradient-checkpointing", "on"),
            ("--attention", "dense"),
            ("--schedule", "wsd", "--ema-decay", "0.5"),
            ("--base", self.folder / "llama"),
            ("--base", self.folder / "llama", "--lora", "--dora", "--gradient-checkpointing", "on"),
        ):
            events = self.train("-".join(str(word).strip("-/") for word in words)[-60:].replace("/", "-"), *fast, *words)
            self.assertLess(events[-1]["bestLoss"], events[-1]["firstLoss"], words)

    def test_the_last_layers_alone_change_and_the_embedding_stays(self):
        events = self.train("last", "--train-layers", "last:1")
        self.assertLess(events[1]["trainableParameters"], events[1]["parameters"] / 2)

    def test_checkpointing_does_not_change_the_losses(self):
        plain, again = (self.train(mode, "--gradient-checkpointing", mode, "--dropout", "0.1") for mode in ("off", "on"))
        self.assertEqual(tiny.losses(plain), tiny.losses(again))

    def test_a_run_can_start_from_the_model_of_another(self):
        first = self.train("first", "--learning-rate", "5e-3")
        self.export("first", "model")
        second = self.train("second", "--start-from", self.folder / "model")
        self.assertAlmostEqual(second[-1]["firstLoss"], first[-1]["bestLoss"], delta=1e-4)

    def test_adapters_on_the_model_of_another_run_lose_nothing_of_it(self):
        parent = tiny.gpt2()
        parent.save_pretrained(self.folder / "model")
        common = ["--shards", self.folder / "shards", "--run", self.folder / "run", "--base", "gpt2", "--lora", "--start-from"]
        options = parse("", [str(word) for word in [*common, self.folder / "model"]])
        model = TrainedModel(options, self.shards(), Machine("bf16")).fresh()
        base = {name.replace(".base_layer", ""): p for name, p in model.get_base_model().named_parameters() if "lora" not in name}
        torch.testing.assert_close(base, dict(parent.named_parameters()), atol=0, rtol=0, check_dtype=False)
        options.start_from, options.base = None, str(self.folder / "model")
        published = TrainedModel(options, self.shards(), Machine("bf16")).fresh()
        self.assertEqual(published.get_input_embeddings().weight.dtype, torch.bfloat16)

    def export(self, run, name):
        from safetensors.torch import load_file
        from transformers import GPT2LMHeadModel

        from trainer.models import from_scratch

        model = from_scratch(2, 2, 32, self.shards())
        model.load_state_dict(load_file(self.folder / run / "attempt-1/checkpoints/step-2/weights.safetensors"), strict=False)
        self.assertIsInstance(model, GPT2LMHeadModel)
        model.save_pretrained(self.folder / name)


class Presets(unittest.TestCase):
    def test_each_names_a_commit_so_that_weights_cannot_change_under_a_run(self):
        for name, (_, revision, _) in PRESETS.items():
            self.assertRegex(revision, "^[0-9a-f]{40}$", name)

    def test_one_that_was_fetched_before_needs_no_network_and_says_that_it_trains_adapters(self):
        with tempfile.TemporaryDirectory() as home:
            repository, revision, _ = PRESETS["smollm2-1.7b"]
            kept = Path(home) / "hub" / f"models--{repository.replace('/', '--')}" / "snapshots" / revision
            kept.mkdir(parents=True)
            for name in ("config.json", "model.safetensors"):
                (kept / name).write_text("{}")
            command = [sys.executable, tiny.PROJECT / "scripts/base_model.py", "smollm2-1.7b"]
            offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": home, "PATH": ""}
            found = json.loads(subprocess.run(command, capture_output=True, text=True, env=offline).stdout)
            (kept / "model.safetensors").rename(kept / "model-00001-of-00002.safetensors")
            shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
            (kept / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
            half = json.loads(subprocess.run(command, capture_output=True, text=True, env=offline).stdout)
        self.assertIn("Only a part", half["reason"])
        self.assertEqual((found["directory"], found["revision"], found["lora"]), (str(kept), revision, True))

    def test_its_settings_of_adapters_are_not_those_of_all_weights(self):
        options = [parse("", ["--shards", "s", "--run", "r", "--base", "qwen2.5-1.5b", *more]) for more in ([], ["--no-lora"])]
        self.assertEqual([(each.lora, each.learning_rate) for each in options], [(True, 1e-4), (False, 3e-5)])

    def test_one_that_packages_carry_is_the_file_that_was_tested_or_refused(self):
        package, version = "numpy", importlib.metadata.version("numpy")
        part = importlib.metadata.distribution(package).locate_file("numpy/version.py").read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            for content, is_right in ((part, True), (b"other", False)):
                base = PackagedBase((f"{package}=={version}",), "numpy/version.py", hashlib.sha256(content).hexdigest(), "")
                if is_right:
                    join(package, base, Path(folder) / "whole")
                    self.assertEqual((Path(folder) / "whole").read_bytes(), part)
                else:
                    with self.assertRaisesRegex(Problem, "do not hold the file that was tested"):
                        join(package, base, Path(folder) / "whole")


class Schedules(unittest.TestCase):
    def schedule(self, shape, steps=100):
        return Schedule(steps, 4, 10, 10, 1.0, shape, warmup_share=0.1, decay_share=0.2, lowest_share=0.1, seed=3)

    def test_evaluates_each_interval_and_at_the_end(self):
        schedule = self.schedule("cosine", 25)
        for step in range(26):
            expected = sum(at == 25 or at % 10 == 0 for at in range(max(1, step), 26))
            self.assertEqual(schedule.evaluations_after(max(1, step)), expected)

    def test_each_shape_warms_up_and_ends_where_it_should(self):
        ends = {"cosine": 0.1, "wsd": 0.1 + 0.9 / 20, "constant": 1.0}
        for shape, end in ends.items():
            rates = [self.schedule(shape).rate_at(step) for step in range(100)]
            self.assertEqual(rates[:10], [(step + 1) / 10 for step in range(10)])
            self.assertAlmostEqual(rates[-1], end, delta=1e-3, msg=shape)
            self.assertTrue(all(a >= b for a, b in zip(rates[9:], rates[10:])), shape)
        stable = [self.schedule("wsd").rate_at(step) for step in range(10, 80)]
        self.assertEqual(set(stable), {1.0})

    def test_each_epoch_shows_every_row_once_in_an_order_of_its_own(self):
        schedule = self.schedule("cosine")
        rows = [row for step in range(5) for row in schedule.rows_of(step)]
        self.assertEqual([sorted(rows[:10]), sorted(rows[10:])], [list(range(10))] * 2)
        self.assertNotEqual(rows[:10], rows[10:])
        self.assertEqual(self.schedule("cosine").rows_of(4), schedule.rows_of(4))

"""An adapter over its base, in the engine that serves personas, is the model that was trained.

    .venv/bin/python -m unittest discover -s test/python -p test_adapter.py
"""

import json
import os
import shutil
import subprocess
import types
import unittest.mock
from pathlib import Path

import torch

import tiny
from trainer import adapter
from trainer.adapter import base_for, export_adapter, fingerprint, place_base, write_adapter
from trainer.export import merge
from trainer.model_files import save_model, write_gguf
from trainer.trained_model import add_lora

VOCABULARY = 50_257
IDS = [40, 716, 257, 1332, 13, 198, 314, 1101]
FAMILIES = {"gpt2": tiny.gpt2, "llama": tiny.llama}


def trained(make, seed, rank=4, alpha=12, **kind):
    """A model with adapters that have learned something; its rank is not its alpha."""
    model = add_lora(make(vocabulary=VOCABULARY), rank, alpha, 0.0, **kind).eval()
    torch.manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    return model


def engines_logits(base, adapters, ids):
    node = os.environ.get("PERSONA_NODE") or shutil.which("node")
    question = json.dumps({"base": str(base), "adapters": [str(path) if path else None for path in adapters], "ids": ids})
    said = subprocess.run([node, Path(__file__).with_name("engine-logits.mjs")], input=question, capture_output=True, text=True, check=True)
    tables = [[[after[str(id)] for id in range(VOCABULARY)] for after in answer] for answer in json.loads(said.stdout)]
    return [torch.tensor(table) for table in tables]


class Adapter(tiny.WithShards):
    def setUp(self):
        super().setUp()
        tiny.write_shards(self.folder / "shards", self.conversations, vocabulary=VOCABULARY)

    def test_two_adapters_over_one_base_have_the_logits_that_peft_gives(self):
        for name, make in FAMILIES.items():
            with self.subTest(name):
                save_model(make(vocabulary=VOCABULARY), self.folder / name, self.shards())
                base = self.folder / f"{name}.gguf"
                write_gguf(self.folder / name, base, "f32")
                models = [trained(make, 1), trained(make, 2, rslora=True)]
                paths = [self.folder / f"{name}-{index}.gguf" for index in range(len(models))]
                for model, path in zip(models, paths):
                    write_adapter(model, self.folder / name, path)
                    self.assertLess(path.stat().st_size, base.stat().st_size / 10)
                plain, *found = engines_logits(base, [None, *paths], IDS)
                self.assertLess((plain - tiny.logits_of(make(vocabulary=VOCABULARY), IDS)).abs().max().item(), 0.01)
                for model, logits in zip(models, found):
                    self.assertLess((logits - tiny.logits_of(model, IDS)).abs().max().item(), 0.01)
                    self.assertGreater((logits - plain).abs().max().item(), 0.1)

    def test_bases_share_a_file_when_weights_settings_and_tokeniser_are_the_same(self):
        shards, print_of = self.shards(), lambda model: fingerprint(model, self.shards())
        same = print_of(tiny.gpt2(dropout=0.0))
        self.assertEqual(print_of(tiny.gpt2(dropout=0.2)), same)
        self.assertNotEqual(print_of(tiny.gpt2(seed=1)), same)
        other_heads = tiny.gpt2()
        other_heads.config.n_head = 4
        self.assertNotEqual(print_of(other_heads), same)
        (shards.directory / "tokenizer.json").write_text("{}")
        self.assertNotEqual(fingerprint(tiny.gpt2(), shards), same)

    def test_the_second_run_finds_the_base_of_the_first(self):
        fresh = lambda dtype: add_lora(tiny.gpt2(vocabulary=VOCABULARY).to(dtype), 4, 8, 0.0)
        path = place_base(fresh, self.folder / "bases", self.shards())
        self.assertEqual([entry.name for entry in path.parent.iterdir()], ["model.gguf"])
        with unittest.mock.patch("trainer.adapter.write_gguf", side_effect=AssertionError("written anew")):
            self.assertEqual(place_base(fresh, self.folder / "bases", self.shards()), path)

    def test_what_is_no_adapter_leaves_none_and_says_why(self):
        recipe = types.SimpleNamespace(arguments=types.SimpleNamespace(bases=self.folder / "bases"))
        weight_beside = trained(tiny.gpt2, 1)
        weight_beside.get_input_embeddings().weight.requires_grad_(True)
        for model, why in {trained(tiny.gpt2, 1, dora=True): "DoRA", weight_beside: "wte.weight"}.items():
            base = base_for(model, recipe, ["q8_0"])
            self.assertIn(why, base)
            self.assertEqual(export_adapter(model, None, base, self.folder, IDS, print), {"missing": base})
        self.assertIn("q8_0", base_for(trained(tiny.gpt2, 1), recipe, ["f16"]))
        self.assertIsNone(base_for(tiny.gpt2(), recipe, ["q8_0"]))

    def test_one_that_the_engine_understands_otherwise_is_removed(self):
        fresh = lambda dtype: add_lora(tiny.gpt2(vocabulary=VOCABULARY).to(dtype), 4, 12, 0.0)
        base = place_base(fresh, self.folder / "bases", self.shards())
        model = trained(tiny.gpt2, 1)
        merged = merge(model, fresh)
        save_model(merged, self.folder / "model", self.shards())
        found = export_adapter(model, merged, base, self.folder, IDS, print)
        self.assertEqual((found["base"], found["bytes"]), (base.parent.name, (self.folder / "adapter.gguf").stat().st_size))
        with unittest.mock.patch.object(adapter, "alpha_of", lambda _: 100.0):
            found = export_adapter(model, merged, base, self.folder, IDS, print)
        self.assertIn("something else", found["missing"])
        self.assertFalse((self.folder / "adapter.gguf").exists())

    def test_a_run_that_was_stopped_and_resumed_leaves_its_adapter_and_says_so(self):
        words = ["--lora", "--lora-rank", "2", "--steps", "4", "--agreement-positions", "0", "--bases", self.folder / "bases"]
        self.train("run", *words, exported=True, stop_at_look=2)
        self.assertFalse(list((self.folder / "run").glob("*/adapter.gguf")))
        events = self.train("run", *words, "--attempt", "2", "--resume", exported=True)
        attempt = self.folder / "run/attempt-2"
        said = events[-1]["adapter"]
        self.assertEqual(said["bytes"], (attempt / "adapter.gguf").stat().st_size)
        self.assertTrue((self.folder / "bases" / said["base"] / "model.gguf").exists())
        self.assertEqual(json.loads((attempt / "record.json").read_text())["result"]["adapter"], said)

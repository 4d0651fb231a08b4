"""What cannot be trained is refused, with the reason and a way out.

    .venv/bin/python -m unittest discover -s test/python -p test_bad_input.py
"""

import json
import math
import os
import subprocess
import sys
import unittest.mock

import torch
from transformers import BertConfig, BertForMaskedLM

import tiny
from trainer.events import Problem


class BadInput(tiny.WithShards):
    conversations = tiny.random_conversations(0, 20)
    always = ("--steps", "1")

    def refuse(self, reason, *words, fix="."):
        with self.assertRaisesRegex(Problem, reason) as caught:
            self.train("run", *words)
        self.assertRegex(caught.exception.fix, fix)

    def test_shards_without_a_word_of_the_persona(self):
        tiny.write_shards(self.folder / "shards", [[[(5, 3), (6, 2)]]] * 30)
        self.refuse("no word of the persona")

    def test_empty_shards(self):
        tiny.write_shards(self.folder / "shards", [])
        self.refuse("no word of the persona")

    def test_a_shard_changed_by_hand(self):
        file = self.folder / "shards/train.bin"
        file.write_bytes(b"\x01\x00" + file.read_bytes()[2:])
        self.refuse("train.bin is not the file")

    def test_shards_of_a_larger_vocabulary_than_the_bases(self):
        tiny.gpt2(vocabulary=50).save_pretrained(self.folder / "base")
        self.refuse("another tokeniser.*97 ids, the base 50", "--base", self.folder / "base")

    def test_shards_of_another_vocabulary_of_the_same_size(self):
        tiny.gpt2().save_pretrained(self.folder / "base")
        tokenizer = json.loads((self.folder / "shards/tokenizer.json").read_text("utf-8"))
        words = list(tokenizer["model"]["vocab"])
        tokenizer["model"]["vocab"] = dict(zip(words, reversed(range(len(words)))))
        (self.folder / "base/tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
        self.refuse("another tokeniser.*vocabularies differ", "--base", self.folder / "base")

    def test_a_token_that_the_manifests_vocabulary_does_not_have(self):
        tiny.write_shards(self.folder / "shards", tiny.random_conversations(0, 20), vocabulary=60)
        self.refuse("another tokeniser", "--base", "scratch:1x1x8")

    def test_a_base_whose_weights_are_not_numbers(self):
        base = tiny.gpt2()
        torch.nn.init.constant_(base.transformer.ln_f.weight, math.nan)
        base.save_pretrained(self.folder / "base")
        self.refuse("no number", "--base", self.folder / "base")

    def test_a_base_with_pickled_weights_only(self):
        (self.folder / "base").mkdir()
        (self.folder / "base/pytorch_model.bin").write_bytes(b"code")
        self.refuse("holds no safetensors", "--base", self.folder / "base", fix="pickled weights can run code")

    def test_a_base_that_is_cut_short(self):
        tiny.gpt2().save_pretrained(self.folder / "base")
        file = self.folder / "base/model.safetensors"
        file.write_bytes(file.read_bytes()[:2000])
        self.refuse("cannot be loaded", "--base", self.folder / "base")

    def test_an_encoder(self):
        shape = {"vocab_size": 97, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
        BertForMaskedLM(BertConfig(**shape)).save_pretrained(self.folder / "base")
        self.refuse("no causal language model but BertForMaskedLM", "--base", self.folder / "base")

    def test_a_context_longer_than_the_bases(self):
        tiny.gpt2(context=32).save_pretrained(self.folder / "base")
        self.refuse("64 is longer than the 32 tokens", "--base", self.folder / "base")

    def test_a_run_folder_that_cannot_be_written(self):
        (self.folder / "file").write_text("")
        self.refuse("cannot be written", "--run", self.folder / "file/run")

    def test_choices_that_contradict_each_other(self):
        self.refuse("is a kind of LoRA", "--dora", fix="--lora")
        self.refuse("--train-layers takes all or last:N, not first:2", "--train-layers", "first:2")
        self.refuse("--ema-decay takes a number above 0 and below 1, not 0", "--ema-decay", "0")
        self.refuse("trains none of them", "--lora", "--train-layers", "last:1")
        self.refuse("--base takes a preset, .*, not scratch:6x6", "--base", "scratch:6x6")
        self.refuse("--base is empty", "--base", " ")
        self.refuse("needs about .* GB .*and 0.0 GB are free", "--memory-limit-gb", "0.001")

    def test_a_machine_that_could_not_write_the_gguf_in_the_end(self):
        bundle = self.folder / "bundle"
        bundle.write_bytes(b"no bundle")
        with unittest.mock.patch.multiple("export_gguf", PROJECT=self.folder, BUNDLE=bundle):
            with self.assertRaisesRegex(Problem, "could not be unpacked"):
                self.train("run", exported=True)
            self.enterContext(unittest.mock.patch.dict(os.environ, {"PATH": ""}))
            with self.assertRaisesRegex(Problem, "git is missing") as caught:
                self.train("run", exported=True)
            self.assertRegex(caught.exception.fix, "apt install git.*--gguf none")
            bundle.unlink()
            with self.assertRaisesRegex(Problem, "converter is missing"):
                self.train("run", exported=True)
            self.train("run", "--gguf", "none", exported=True)

    def test_an_unknown_base_without_a_network_has_two_ways_out(self):
        command = [sys.executable, tiny.PROJECT / "scripts/base_model.py", "nobody/nothing"]
        offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(self.folder), "PATH": ""}
        result = subprocess.run(command, capture_output=True, text=True, env=offline)
        event = json.loads(result.stdout)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot be reached", event["reason"])
        self.assertRegex(event["fix"], r"name that folder.*--base scratch:")
        result = subprocess.run([*command, "--with-weights"], capture_output=True, text=True, env=offline)
        self.assertRegex(json.loads(result.stdout)["fix"], r"name that folder instead\.$")

    def test_a_preset_that_was_mistyped_is_offered(self):
        offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(self.folder), "PATH": ""}
        for typed, meant in {"gpt2-lage": "gpt2-large", "SmolLM2-135": "smollm2-135m", "qwen25-0.5b": "qwen2.5-0.5b", "nothing like it": ""}.items():
            command = [sys.executable, tiny.PROJECT / "scripts/base_model.py", typed]
            fix = json.loads(subprocess.run(command, capture_output=True, text=True, env=offline).stdout)["fix"]
            self.assertRegex(fix, f"^Did you mean {meant}" if meant else "^Use one of")

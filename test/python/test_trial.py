"""What export or the engine refuses is said before the first step.

    .venv/bin/python -m unittest discover -s test/python -p test_trial.py
"""

import json
import os
import shutil
import unittest
import unittest.mock

from transformers import (
    BioGptConfig,
    BioGptForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    OPTConfig,
    OPTForCausalLM,
)

import tiny
from trainer.bases import resolve
from trainer.events import Problem
from trainer.trial import layers_of_every_kind

WORDS = 50_257
SMALL = {"vocab_size": WORDS, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 64}


class Trial(tiny.WithShards):
    def setUp(self):
        super().setUp()
        tiny.write_shards(self.folder / "shards", self.conversations, vocabulary=WORDS)

    def train_on(self, base, *words):
        base.save_pretrained(self.folder / "base")
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(self.folder / "shards" / name, self.folder / "base" / name)
        words = ["--base", self.folder / "base", "--context-length", "32", "--steps", "1", *words]
        return self.train("run", *words, exported=True)

    def refuse(self, reason, base, *words):
        with self.assertRaisesRegex(Problem, reason) as caught:
            self.train_on(base, *words)
        self.assertRegex(caught.exception.fix, "another base, such as .*--gguf none")
        self.assertEqual([path.name for path in (self.folder / "run/attempt-1").rglob("*") if path.is_file()], [])

    def test_a_kind_of_model_that_has_no_gguf_is_refused_and_trained_without_one(self):
        opt = OPTForCausalLM(OPTConfig(**SMALL, ffn_dim=64, word_embed_proj_dim=32))
        self.refuse("llama.cpp, which serves personas, has no OPTForCausalLM", opt)
        self.assertEqual(self.train_on(opt, "--gguf", "none")[-1]["type"], "finished")

    def test_another_kind_that_has_none(self):
        self.refuse("has no BioGptForCausalLM", BioGptForCausalLM(BioGptConfig(**SMALL, intermediate_size=64)))

    def test_a_model_that_the_engine_cannot_load(self):
        model = GPT2LMHeadModel(GPT2Config(vocab_size=WORDS, n_positions=64, n_embd=32, n_layer=2, n_head=2, n_inner=96))
        self.refuse("cannot load the model: tensor .* has wrong shape", model)

    def test_a_model_with_which_the_engine_computes_something_else(self):
        config = Gemma3TextConfig(**SMALL, intermediate_size=64, num_key_value_heads=1, head_dim=16, query_pre_attn_scalar=256)
        self.refuse("computes something else", Gemma3ForCausalLM(config))

    def test_a_conversation_may_begin_with_the_token_of_padding(self):
        padded = LlamaForCausalLM(LlamaConfig(**SMALL, intermediate_size=64, pad_token_id=0))
        self.assertEqual(self.train_on(padded, "--agreement-positions", "0")[-1]["type"], "finished")

    def test_adapters_are_merged_in_it(self):
        words = ["--lora", "--lora-rank", "4", "--agreement-positions", "0"]
        events = self.train_on(LlamaForCausalLM(LlamaConfig(**SMALL, intermediate_size=64)), *words)
        phases = [event["name"] for event in events if event["type"] == "phase"]
        self.assertEqual(phases[:2], ["loading", "trying the export"])
        self.assertEqual((events[-1]["type"], events[-1]["agreement"]), ("finished", {}))
        self.assertEqual(list((self.folder / "run/attempt-1").glob("trial*")), [])

    def test_a_machine_without_the_engine_trains_and_is_told(self):
        (self.folder / "bin").mkdir()
        (self.folder / "bin/git").symlink_to(shutil.which("git"))
        self.enterContext(unittest.mock.patch.dict(os.environ, {"PATH": str(self.folder / "bin")}))
        events = self.train_on(tiny.gpt2(vocabulary=WORDS), "--agreement-positions", "0")
        self.assertIn("Node.js was not found", next(event["message"] for event in events if event["type"] == "warning"))
        self.assertEqual(events[-1]["type"], "finished")

    def test_layers_of_every_kind_are_among_those_tried(self):
        for kinds, count in (([], 2), (["full_attention"] * 5, 2), (["linear_attention"] * 3 + ["full_attention"], 4)):
            config = LlamaConfig(**{**SMALL, "num_hidden_layers": len(kinds) or 6})
            config.layer_types = kinds
            self.assertEqual(layers_of_every_kind(config), count)
        self.assertEqual(layers_of_every_kind(LlamaConfig(**{**SMALL, "num_hidden_layers": 1})), 1)


class Quantized(tiny.WithShards):
    def test_quantised_weights_are_refused_with_the_model_they_were_made_from(self):
        names = {
            "someone/Llama-3.2-1B-Instruct-bnb-4bit": "someone/Llama-3.2-1B-Instruct",
            "someone/gemma-3-1b-it-unsloth-bnb-4bit": "someone/gemma-3-1b-it",
            "someone/Qwen2.5-1.5B-Instruct-GPTQ-Int4": "someone/Qwen2.5-1.5B-Instruct",
            "someone/Qwen2.5-7B-Instruct-AWQ": "someone/Qwen2.5-7B-Instruct",
            "someone/Mistral-7B-v0.3-FP8": "someone/Mistral-7B-v0.3",
            "someone/SmolLM2-135M-8bit": "someone/SmolLM2-135M",
        }
        (self.folder / "config.json").write_text(json.dumps({"quantization_config": {"quant_method": "bitsandbytes"}}))
        for name, made_from in names.items():
            with unittest.mock.patch("trainer.bases.download", lambda *_: self.folder):
                with self.assertRaisesRegex(Problem, f"{name} are quantised .bitsandbytes.") as caught:
                    resolve(name)
            self.assertEqual(caught.exception.fix, f"Use the model that it was made from, in full precision, such as {made_from}.")
        with self.assertRaisesRegex(Problem, "are quantised"):
            resolve(str(self.folder))


if __name__ == "__main__":
    unittest.main()

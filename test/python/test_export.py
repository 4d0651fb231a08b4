"""What is served is what was trained.

    .venv/bin/python -m unittest discover -s test/python -p test_export.py
"""

import gc
import json
import shutil
import types
import unittest
import unittest.mock

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import AutoModelForCausalLM

import tiny
from trainer import checkpoints
from trainer.agreement import compare, shortfall
from trainer.export import compare_where_there_is_room, export, merge
from trainer.model_files import save_model
from trainer.models import from_folder, from_scratch
from trainer.optimizer import Average
from trainer.packing import PackedSplit
from trainer.trained_model import add_lora


class Merge(unittest.TestCase):
    def test_merging_adapters_leaves_the_logits_as_they_were(self):
        for make in tiny.FAMILIES:
            for kind in ({}, {"rslora": True}, {"dora": True}):
                fresh = lambda dtype: add_lora(make().to(dtype), 4, 8, 0.0, **kind).eval()
                model = fresh(torch.float32)
                torch.manual_seed(1)
                for name, parameter in model.named_parameters():
                    if "lora_B" in name:
                        torch.nn.init.normal_(parameter, std=0.1)
                ids = torch.randint(0, tiny.VOCABULARY, (1, 20))
                with torch.no_grad():
                    before = model(ids).logits
                    after = merge(model, fresh)(ids).logits
                    plain = make()(ids).logits
                torch.testing.assert_close(after, before, atol=2e-5, rtol=1e-5, msg=f"{make.__name__} {kind}")
                self.assertGreater((plain - before).abs().max().item(), 1e-3)


class Agreement(tiny.WithShards):
    conversations = tiny.random_conversations(1, 40)

    def setUp(self):
        super().setUp()
        self.split = PackedSplit(self.shards().val, 64, {1: 1.0})

    def test_a_model_agrees_with_itself_on_every_position(self):
        found = compare(tiny.llama(), tiny.llama(), self.split, positions=300)
        self.assertEqual((found["top1Agreement"], found["disagreementsBeyondTies"]), (1.0, 0))
        self.assertLess(found["worstDivergence"], 1e-6)
        self.assertGreaterEqual(found["positions"], 300)

    def test_another_model_falls_short_and_that_is_said(self):
        found = compare(tiny.llama(0), tiny.llama(1), self.split, positions=300)
        self.assertLess(found["top1Agreement"], 0.5)
        self.assertGreater(found["meanDivergence"], 1e-4)
        self.assertRegex(shortfall("q8_0", found), "q8_0 file chooses the same word.*less than 97 %")
        self.assertIsNone(shortfall("q8_0", {**found, "top1Agreement": 0.971}))

    def test_divergence_is_that_of_the_definition(self):
        [row] = compare_one(self.split)
        found = compare(tiny.llama(0), tiny.llama(1), self.split, positions=1)
        self.assertAlmostEqual(found["meanDivergence"], row, delta=1e-5)


    def test_on_a_gpu_without_room_for_two_models_the_processor_compares_them(self):
        on = []

        def compare_on(model, other, split, positions, device):
            on.append(device)
            if device == "cuda":
                raise torch.OutOfMemoryError("out of memory")
            return compare(model, other, split, positions, device)

        with unittest.mock.patch("trainer.agreement.compare", compare_on):
            found = compare_where_there_is_room(tiny.llama(), tiny.llama(), self.split, 10, "cuda")
        self.assertEqual((on, found["top1Agreement"]), (["cuda", "cpu"], 1.0))


def compare_one(split):
    """Kullback-Leibler divergence of two models on the first row, by PyTorch's own function, a document at a time."""
    total = count = 0
    for index in split.rows[0]:
        ids, _ = split.window_arrays(split.windows[index])
        a, b = (tiny.logits_of(tiny.llama(seed), ids).log_softmax(-1) for seed in (0, 1))
        total += torch.nn.functional.kl_div(b, a, log_target=True, reduction="sum").item()
        count += len(ids)
    return [total / count]


class Activation(tiny.WithShards):
    def test_gpt2s_is_one_operation_in_training_and_has_its_own_name_in_what_is_exported(self):
        plain = tiny.gpt2()
        plain.save_pretrained(self.folder / "base")
        model = from_folder(self.folder / "base", self.shards(), torch.float32, None).eval()
        self.assertEqual(operations(model.transformer.h[0].mlp.act), ["aten.gelu.default"])
        self.assertEqual(operations(from_scratch(1, 1, 8, self.shards()).transformer.h[0].mlp.act), ["aten.gelu.default"])
        ids = torch.arange(1, 60)
        torch.testing.assert_close(tiny.logits_of(model, ids), tiny.logits_of(plain, ids), atol=1e-5, rtol=0)
        save_model(model, self.folder / "model", self.shards())
        self.assertEqual(json.loads((self.folder / "model/config.json").read_text())["activation_function"], "gelu_new")


class Exported(tiny.WithShards):
    """What a run with a base of `make` leaves, and how near its GGUF is."""

    def agreement_with(self, base, *words):
        base.save_pretrained(self.folder / "base")
        tiny.write_shards(self.folder / "shards", self.conversations, vocabulary=50_257)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(self.folder / "shards" / name, self.folder / "base" / name)
        words = ["--base", self.folder / "base", "--steps", "1", "--context-length", "32", "--agreement-positions", "300", *words]
        return self.train("run", *words, exported=True)

    def test_a_gpt_neox_whose_positions_turn_only_a_part_of_each_head(self):
        events = self.agreement_with(tiny.neox(vocabulary=50_257))
        self.assertEqual(events[-1]["type"], "finished")
        self.assertEqual((self.folder / "run/attempt-1/model.gguf").read_bytes()[:4], b"GGUF")

    def test_a_gpt2_that_knows_another_number_of_positions(self):
        events = self.agreement_with(tiny.gpt2(context=48, vocabulary=50_257))
        self.assertGreater(events[-1]["agreement"]["q8_0"]["top1Agreement"], 0.9)

    def test_what_cannot_be_compared_is_finished_and_that_is_said(self):
        for name, failure in {"load_gguf": None, "compare": RuntimeError("shapes differ")}.items():
            with unittest.mock.patch(f"trainer.agreement.{name}", side_effect=failure, return_value=None):
                events = self.agreement_with(tiny.gpt2(vocabulary=50_257))
            self.assertEqual(events[-1]["agreement"], {})
            [said] = [event["message"] for event in events if event["type"] == "warning" and "gguf" in event["message"]]
            self.assertRegex(said, "not measured|could not be compared")
            self.assertTrue((self.folder / "run/attempt-1/model.gguf").exists())
            shutil.rmtree(self.folder / "run")


def operations(function):
    found = []

    class Note(TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            found.append(str(operation))
            return operation(*args, **(kwargs or {}))

    numbers = torch.ones(4)
    with Note():
        function(numbers)
    return found


class Export(tiny.WithShards):
    def test_gradients_moments_and_average_are_gone_before_it_begins(self):
        held = []

        def tamper(finetune):
            def note(run, recipe, model, *_):
                gc.collect()
                kept = (torch.optim.Optimizer, Average)
                held.extend(type(each).__name__ for each in gc.get_objects() if isinstance(each, kept))
                held.extend(name for name, p in model.named_parameters() if p.grad is not None)
                return {}

            finetune.export = note
            finetune.try_export = lambda *_: None

        self.train("run", "--steps", "2", "--ema-decay", "0.9", exported=True, tamper=tamper)
        self.assertEqual(held, [])

    def test_a_model_that_one_gpu_cannot_hold_is_not_put_there_to_be_exported(self):
        model, steps = tiny.gpt2(), self.folder / "attempt-1/checkpoints"
        checkpoints.save(steps / "step-2", {"weights": checkpoints.trained(model)}, {"step": 2, "optimizer": "adamw"})
        run = types.SimpleNamespace(directory=steps.parent, checkpoints=steps)
        fresh = lambda dtype=torch.float32: tiny.gpt2(1).to(dtype)
        arguments = types.SimpleNamespace(gguf="none", agreement_positions=0)
        recipe = types.SimpleNamespace(arguments=arguments, fresh=fresh, shards=self.shards())
        progress = types.SimpleNamespace(step=2, best_step=2)
        with unittest.mock.patch.multiple("trainer.export", is_sharded=lambda _: True, write_card=lambda *_: None):
            export(run, recipe, model, progress, None, {}, "meta", lambda *_, **__: None)  # A device where weights are lost.
        found = AutoModelForCausalLM.from_pretrained(run.directory / "model", use_safetensors=True)
        torch.testing.assert_close(dict(found.named_parameters()), dict(model.named_parameters()), atol=0, rtol=0)

    def test_a_run_leaves_a_model_gguf_files_a_record_and_a_card_without_private_words(self):
        tiny.write_shards(self.folder / "shards", tiny.random_conversations(0, 40), vocabulary=50_257)
        manifest = self.folder / "shards/manifest.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "persona": "Zuzanna Private"}))
        words = ["--steps", "3", "--learning-rate", "3e-2", "--gguf", "both", "--agreement-positions", "500"]
        events = self.train("run", *words, exported=True)
        attempt = self.folder / "run/attempt-1"
        agreement = events[-1]["agreement"]
        self.assertEqual(set(agreement), {"q8_0", "f16"})
        self.assertGreaterEqual(agreement["f16"]["positions"], 500)
        self.assertLess(agreement["f16"]["meanDivergence"], agreement["q8_0"]["meanDivergence"])
        self.assertLess(agreement["q8_0"]["meanDivergence"], 1e-2)
        for file in ("model.gguf", "model-f16.gguf"):
            self.assertEqual((attempt / file).read_bytes()[:4], b"GGUF")
        AutoModelForCausalLM.from_pretrained(attempt / "model", use_safetensors=True)
        card = (attempt / "model/README.md").read_text()
        self.assertIn("scratch:2x2x32", card)
        self.assertNotIn("Zuzanna", card)
        self.assertEqual(json.loads((attempt / "record.json").read_text())["result"]["agreement"], agreement)

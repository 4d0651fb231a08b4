"""What a step needs is known before the first one.

    .venv/bin/python -m unittest discover -s test/python -p test_memory.py
"""

import types
import unittest
import weakref

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

import tiny
from trainer.attention import attention_on_cpu, use_attention
from trainer.bases import PRESETS
from trainer.distributed import Team
from trainer.machine import Machine
from trainer.memory import USABLE_SHARE, Work, plan_memory
from trainer.models import use_fused_gelu
from trainer.optimizer import make_optimizer
from trainer.packing import PackedSplit
from trainer.rehearsal import AutocastOfAGpu, rehearse
from trainer.runtime import Runtime
from trainer.step import StepMaker
from trainer.trained_model import add_lora, prepare_blocks, train_last

FP32 = Machine("fp32")
GPU = types.SimpleNamespace(device="cuda", precision="bf16")


def choices(**given):
    unset = {"gradient_checkpointing": "auto", "optimizer": None, "micro_batch": None, "ema_decay": None, "fsdp": "auto"}
    return types.SimpleNamespace(**{**unset, **given})


class Estimate(tiny.WithShards):
    """The estimate against every tensor that really existed during a step on the CPU."""

    conversations = [[[(int(i) % 90 + 1, 1) for i in range(255)]]] * 8  # One document fills a row.

    def setUp(self):
        super().setUp()
        self.data = PackedSplit(self.shards().train, 256, {1: 1.0})

    def check(self, model, adapt=None, **given):
        model = adapt(model) if adapt else model
        go_on = types.SimpleNamespace(requested=False)
        runtime = Runtime(FP32, Team(), use_attention(model, "sdpa", FP32), go_on)
        plan = plan_memory(Work(model, adapt, 256, 4, FP32, 1e12), choices(micro_batch=4, **given))
        prepare_blocks(model, plan.gradient_checkpointing, compiles=False)
        trained = [p for p in model.parameters() if p.requires_grad]
        optimizer = make_optimizer(plan.optimizer, trained, 1e-3, 0.0)
        maker = StepMaker(model, self.data, optimizer, runtime, 4, seed=1, clip=1.0)
        maker.make(0, range(4), 1e-3, print)  # The moments exist from the second step on.
        with LiveTensors([*model.parameters(), *state_tensors(optimizer)]) as live:
            maker.make(1, range(4), 1e-3, print)
        self.assertAlmostEqual(plan.total / live.peak, 1, delta=0.1)

    def test_is_within_a_tenth_for_a_full_fine_tune(self):
        self.check(gpt2())
        self.check(llama())

    def test_is_within_a_tenth_with_gradient_checkpointing(self):
        self.check(gpt2(), gradient_checkpointing="on")
        self.check(llama(), gradient_checkpointing="on")

    def test_is_within_a_tenth_with_adapters(self):
        self.check(llama(), adapt=lambda model: add_lora(model, 8, 16, 0.0))

    def test_is_within_a_tenth_with_8_bit_moments(self):
        self.check(gpt2(), optimizer="adamw-8bit")

    def test_is_within_a_tenth_when_the_last_layers_are_trained(self):
        self.check(gpt2(), adapt=lambda model: train_last(model, 2))


class Plan(unittest.TestCase):
    def plan(self, layers, heads, width, gigabytes, processes=1, **given):
        with torch.device("meta"):
            config = GPT2Config(n_layer=layers, n_head=heads, n_embd=width)
            use_fused_gelu(config)
            model = AutoModelForCausalLM.from_config(config)
        model.set_attn_implementation("persona_documents")
        has_8bit = given.pop("has_8bit", False)
        free = gigabytes * 1e9 * USABLE_SHARE
        return plan_memory(Work(model, None, 1024, 32, GPU, free, processes), choices(**given), has_8bit)

    def test_a_full_fine_tune_of_gpt2_large_fits_24_gb_at_a_context_of_1024(self):
        plan = self.plan(36, 20, 1280, 24)
        self.assertTrue(plan.fits)
        self.assertEqual((plan.optimizer, plan.gradient_checkpointing), ("adamw", False))
        self.assertEqual(plan.parts["weights"] + plan.parts["optimizer"], 16 * 774_030_080)

    def test_the_plan_of_a_gpu_is_the_same_beside_any_processor(self):
        for prefers_fp32 in (False, True):
            with attention_on_cpu(in_fp32=prefers_fp32):
                plan = self.plan(36, 20, 1280, 24)
            self.assertEqual(plan.micro_batch, 2)
            self.assertAlmostEqual(plan.total / 1e9, 18.9, delta=0.1)

    def test_less_memory_means_fewer_rows_then_checkpointing_then_8_bit_moments(self):
        roomy, tight, small = (self.plan(36, 20, 1280, size, has_8bit=True) for size in (80, 18, 12))
        self.assertGreater(roomy.micro_batch, self.plan(36, 20, 1280, 24).micro_batch)
        self.assertTrue(tight.gradient_checkpointing)
        self.assertEqual(small.optimizer, "adamw-8bit")
        self.assertTrue(all(plan.fits for plan in (roomy, tight, small)))

    def test_weights_are_shared_out_last_and_only_among_several(self):
        plans = [self.plan(48, 25, 1600, 24, processes=processes) for processes in (1, 4)]
        self.assertEqual([(plan.fsdp, plan.fits) for plan in plans], [(False, False), (True, True)])
        self.assertFalse(self.plan(36, 20, 1280, 24, processes=4).fsdp)
        self.assertFalse(self.plan(48, 25, 1600, 24, processes=4, fsdp="off").fits)

    def test_what_cannot_fit_is_said(self):
        self.assertFalse(self.plan(48, 25, 1600, 16).fits)

    def test_a_gpu_keeps_what_comes_into_a_norm_in_fp32(self):
        config = GPT2Config(vocab_size=400, n_embd=64, n_layer=4, n_head=4, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0)
        config._attn_implementation = "persona_documents"
        use_fused_gelu(config)
        adapt = lambda model: add_lora(model, 8, 16, 0.0)
        with attention_on_cpu(in_fp32=False):
            processor = types.SimpleNamespace(device="cpu", precision="bf16")
            gpu, other = (rehearse(config, adapt, 256, machine, torch.bfloat16, 4) for machine in (GPU, processor))
        # Of each token, for each of two norms: its states, their mean and their deviation, in 4 bytes and not in 2.
        self.assertEqual(gpu.layer_per_row - other.layer_per_row, 256 * 2 * (64 + 2) * 2)

    def test_what_autocast_makes_in_fp32_on_a_gpu_is_rehearsed_so(self):
        states = torch.ones(2, 8, dtype=torch.bfloat16)
        norm = torch.nn.LayerNorm(8)
        with torch.autocast("cpu", torch.bfloat16), AutocastOfAGpu():
            in_fp32 = [norm(states), states**3, torch.pow(states, 2), states.pow(2)]
            others = [torch.nn.functional.gelu(states), states * 2, torch.nn.functional.linear(states, norm.weight[None])]
        self.assertEqual({each.dtype for each in in_fp32}, {torch.float32})
        self.assertEqual({each.dtype for each in others}, {torch.bfloat16})

    def test_every_preset_that_needs_adapters_on_24_gb_has_them(self):
        for name in ("smollm2-1.7b", "qwen2.5-1.5b", "qwen3-1.7b", "qwen3-4b", "smollm3-3b", "olmo-2-1b"):
            self.assertTrue(PRESETS[name][2]["lora"], name)


def gpt2():
    drops = {"attn_pdrop": 0.0, "resid_pdrop": 0.0, "embd_pdrop": 0.0}
    return GPT2LMHeadModel(GPT2Config(vocab_size=400, n_positions=256, n_embd=64, n_layer=6, n_head=4, **drops))


def llama():
    shape = {"hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 6, "num_attention_heads": 4}
    return LlamaForCausalLM(LlamaConfig(vocab_size=400, max_position_embeddings=256, num_key_value_heads=2, **shape))


def state_tensors(optimizer):
    return [value for state in optimizer.state.values() for value in state.values() if torch.is_tensor(value)]


class LiveTensors(TorchDispatchMode):
    """Adds up the bytes of every tensor that exists, from its first operation until its storage dies; `peak` is the most."""

    def __init__(self, existing):
        super().__init__()
        self.sizes = {}
        self.bytes = self.peak = 0
        for tensor in existing:
            self.note(tensor)

    def note(self, tensor):
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self.sizes:
            return
        self.sizes[key] = storage.nbytes()
        self.bytes += self.sizes[key]
        self.peak = max(self.peak, self.bytes)
        weakref.finalize(storage, self.forget, key)

    def forget(self, key):
        self.bytes -= self.sizes.pop(key)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in torch.utils._pytree.tree_leaves(result):
            if torch.is_tensor(tensor):
                self.note(tensor)
        return result

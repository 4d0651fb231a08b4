"""Packing changes nothing but the speed, with each attention that is offered, in each family of models.

    .venv/bin/python -m unittest discover -s test/python -p test_attention.py
"""

import types
import unittest
import unittest.mock

import numpy as np
import torch
import torch.nn.functional as F

import families
import tiny
from trainer.attention import NAMES, attend_in_fp32, attention_on_cpu, use_attention, with_attention
from trainer.events import Problem
from trainer.leak_check import check_documents_are_apart, choose_attention
from trainer.loss import body_of, hidden_states, nats_of_targets, scores, targets_of
from trainer.machine import Machine
from trainer.packing import PackedSplit, collate

FP32 = Machine("fp32")
OFFERED_HERE = [(make, name) for make in tiny.FAMILIES for name in ("sdpa", "dense", "apart")]


def for_each(test):
    """Runs a test for every model with every attention that it can have on this machine."""

    def run(self):
        for make, name in OFFERED_HERE:
            with self.subTest(make.__name__, attention=name):
                model = make()
                test(self, model, use_attention(model, name, FP32))

    return run


def a_document_at_a_time(query, key, value, starts, key_starts, longest, longest_key, *, scale, window_size, enable_gqa):
    lengths = torch.diff(starts).tolist()
    if starts.dtype != torch.int32 or starts[0] != 0 or starts[-1] != len(query):
        raise AssertionError("not what FlashAttention takes for starts")
    if not (torch.equal(starts, key_starts) and longest == longest_key == max(lengths) and window_size == (-1, 0)):
        raise AssertionError("keys are the queries' own, and causal")
    documents = zip(*(states.split(lengths) for states in (query, key, value)))
    found = []
    for parts in documents:
        parts = [part.transpose(0, 1)[None] for part in parts]
        found.append(F.scaled_dot_product_attention(*parts, scale=scale, is_causal=True, enable_gqa=enable_gqa)[0].transpose(0, 1))
    return torch.cat(found)


class Attention(tiny.WithShards):
    conversations = tiny.random_conversations(1, 10)

    def setUp(self):
        super().setUp()
        self.packed = PackedSplit(self.shards().train, 64, {1: 1.0, 3: 0.1})

    @for_each
    def test_each_token_has_the_logits_that_it_has_unpacked(self, model, name):
        self.compare_with_unpacked(model, name)

    def test_flex_attention_too_gives_each_token_the_logits_that_it_has_unpacked(self):
        for make in (tiny.llama, tiny.neox):  # transformers has none for GPT-2.
            model = make()
            model.set_attn_implementation(NAMES["flex"])
            with torch.compiler.set_stance("force_eager"):
                self.compare_with_unpacked(model, "flex")

    def test_variable_length_attention_is_told_where_each_document_begins(self):
        """Its kernel needs a GPU: here its documented contract is worked out a document at a time."""
        with unittest.mock.patch("torch.nn.attention.varlen.varlen_attn", a_document_at_a_time):
            for make in tiny.FAMILIES:
                with self.subTest(make.__name__):
                    model = make()
                    model.set_attn_implementation(NAMES["varlen"])
                    self.compare_with_unpacked(model, "varlen")

    def compare_with_unpacked(self, model, name):
        batch = with_attention(self.packed.batch(range(len(self.packed))), name)
        with torch.no_grad():
            states = hidden_states(model, batch)
            logits = model.get_output_embeddings()(states)
        for r, row in enumerate(self.packed.rows):
            for document, index in enumerate(row):
                ids, _ = self.packed.window_arrays(self.packed.windows[index])
                own = tiny.logits_of(model, ids)
                torch.testing.assert_close(logits[r][batch["documents"][r] == document], own, atol=1e-5, rtol=0)

    @for_each
    def test_the_packed_loss_is_the_unpacked_loss(self, model, name):
        rows = range(len(self.packed))
        batch = with_attention(self.packed.batch(rows), name)
        _, _, counts = targets_of(torch.zeros(*batch["ids"].shape, 1), batch)
        loss = (nats_of_targets(model, batch) * counts).sum().item()
        alone = 0.0
        for window in self.packed.windows:
            ids, weights = self.packed.window_arrays(window)
            logits = tiny.logits_of(model, ids)[:-1]
            each = torch.nn.functional.cross_entropy(logits, torch.as_tensor(ids[1:]), reduction="none")
            alone += (each * torch.as_tensor(weights[1:])).sum().item()
        weight = self.packed.weight_of(rows)
        self.assertAlmostEqual(counts.sum().item(), weight, places=4)
        self.assertAlmostEqual(loss / weight, alone / weight, delta=1e-5)

    @for_each
    def test_the_gradients_are_those_of_the_dense_mask(self, model, name):
        found = gradients(model, self.packed, name)
        expected = gradients(model, self.packed, use_attention(model, "dense", FP32))
        for (key, a), b in zip(found.items(), expected.values()):
            torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4, msg=f"{key}")

    @for_each
    def test_a_change_in_document_1_leaves_document_2_alone_and_a_plain_causal_mask_does_not(self, model, name):
        pieces = torch.randint(1, tiny.VOCABULARY, (3, 16), generator=torch.Generator().manual_seed(1)).numpy()
        batches = [collate([[(first, first * 0.0), (pieces[2], pieces[2] * 0.0)]]) for first in pieces[:2]]
        apart = [hidden_states(model, with_attention(batch, name))[0, 16:] for batch in batches]
        torch.testing.assert_close(*apart, atol=1e-6, rtol=0)
        mixed = [{**batch, "documents": batch["documents"] * 0} for batch in batches]
        mixed = [hidden_states(model, with_attention(batch, name))[0, 16:] for batch in mixed]
        self.assertGreater((mixed[0] - mixed[1]).abs().max().item(), 1e-4)

    @for_each
    def test_every_start_tries_the_attention_on_the_model(self, model, name):
        check_documents_are_apart(model, name, 64, FP32)

    def test_a_model_that_ignores_where_documents_end_is_refused(self):
        for make in tiny.FAMILIES:
            model = make()
            use_attention(model, "sdpa", FP32)
            body = getattr(model, model.base_model_prefix)
            forward = body.forward
            body.forward = lambda *words, documents=None, **inputs: forward(*words, **inputs)
            with self.assertRaisesRegex(Problem, "see each other"):
                check_documents_are_apart(model, "sdpa", 64, FP32)

    def test_a_model_whose_positions_do_not_restart_is_refused(self):
        model = tiny.gpt2()
        use_attention(model, "sdpa", FP32)
        forward = model.transformer.forward
        model.transformer.forward = lambda *words, position_ids=None, **inputs: forward(*words, **inputs)
        with self.assertRaisesRegex(Problem, "output differs from its reference implementation's"):
            check_documents_are_apart(model, "sdpa", 64, FP32)

    def test_a_head_with_rules_of_its_own_is_refused(self):
        model = tiny.llama()
        use_attention(model, "sdpa", FP32)
        forward = model.forward

        def capped(**inputs):
            output = forward(**inputs)
            output.logits = 3 * torch.tanh(output.logits / 3)
            return output

        model.forward = capped
        with self.assertRaisesRegex(Problem, "head"):
            check_documents_are_apart(model, "sdpa", 64, FP32)

    def test_the_scores_of_families_that_change_them_are_the_models_own(self):
        changes = {
            "cohere": {"logit_scale": 0.5},
            "falcon_h1": {"lm_head_multiplier": 0.3},
            "gemma2": {"final_logit_softcapping": 0.5},
            "granite": {"logits_scaling": 8.0},
            "minicpm3": {"dim_model_base": 16},
        }
        for family, settings in changes.items():
            model = families.model_of(family, **settings)
            ids = torch.arange(3, 20)[None]
            with torch.no_grad():
                found = scores(model, body_of(model)(input_ids=ids, use_cache=False).last_hidden_state)
                torch.testing.assert_close(found, model(ids, use_cache=False).logits, atol=1e-6, rtol=1e-5, msg=family)

    def test_the_fastest_attention_that_is_right_is_chosen(self):
        expected = {"llama": "sdpa", "gemma2": "apart", "bloom": "apart", "mamba": "apart", "gpt_oss": "apart", "stablelm": "dense"}
        for family, name in expected.items():
            model = families.model_of(family)
            self.assertEqual(choose_attention(model, "auto", 64, FP32), name, family)
            check_documents_are_apart(model, name, 64, FP32)

    def test_hybrids_whose_states_would_run_on_into_the_next_conversation_are_trained_one_at_a_time_or_refused(self):
        for family in ("qwen3_5_text", "lfm2", "falcon_h1", "granitemoehybrid"):
            model = families.model_of(family)
            use_attention(model, "sdpa", FP32)
            with self.assertRaisesRegex(Problem, "lets packed conversations see each other", msg=family):
                check_documents_are_apart(model, "sdpa", 64, FP32)
            self.assertEqual(choose_attention(model, "auto", 64, FP32), "apart", family)

    def test_what_cannot_be_right_on_this_machine_is_refused(self):
        with self.assertRaisesRegex(Problem, "needs an NVIDIA GPU"):
            use_attention(tiny.llama(), "varlen", FP32)
        with self.assertRaisesRegex(Problem, "cannot go backward on a CPU"):
            use_attention(tiny.llama(), "flex", FP32)
        with self.assertRaisesRegex(Problem, "it has no dropout"):
            use_attention(tiny.gpt2(dropout=0.1), "varlen", types.SimpleNamespace(device="cuda", precision="bf16"))


class InBf16(unittest.TestCase):
    def test_what_goes_through_attention_in_fp32_is_rounded_once(self):
        states = [torch.randn(2, 3, 16, 8, generator=torch.Generator().manual_seed(n)).bfloat16() for n in range(3)]
        exact = torch.nn.functional.scaled_dot_product_attention(*(each.float() for each in states), is_causal=True)
        with torch.autocast("cpu", torch.bfloat16):
            found = attend_in_fp32(*states, is_causal=True)
        torch.testing.assert_close(found, exact.bfloat16(), atol=0, rtol=0)

    def test_query_and_key_of_rotary_models_come_in_the_precision_of_value(self):
        """FlashAttention takes no other; with weights in fp32, autocast leaves them in fp32."""
        ways = (
            ("sdpa", "trainer.attention.attend_in_fp32", attend_in_fp32),
            ("varlen", "torch.nn.attention.varlen.varlen_attn", a_document_at_a_time),
        )
        for make in (tiny.llama, tiny.qwen2, tiny.neox):
            for name, place, attend in ways:
                seen = set()

                def note(*inputs, attend=attend, seen=seen, **options):
                    seen.update(each.dtype for each in inputs[:3])
                    return attend(*inputs, **options)

                model = make()
                model.set_attn_implementation(NAMES[name])
                batch = with_attention(collate([[(np.arange(20), np.zeros(20))]]), name)
                fp32_here = attention_on_cpu(in_fp32=True)
                with self.subTest(make.__name__, attention=name), fp32_here, unittest.mock.patch(place, note):
                    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                        hidden_states(model, batch)
                    self.assertEqual(seen, {torch.bfloat16})


def gradients(model, packed, name):
    model.zero_grad()
    batch = packed.batch(range(len(packed)))
    hidden_states(model, with_attention(batch, name))[batch["documents"] >= 0].square().mean().backward()
    return {key: p.grad.clone() for key, p in model.named_parameters() if p.grad is not None}

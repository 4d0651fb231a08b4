"""The lean loss is the whole one.

    .venv/bin/python -m unittest discover -s test/python -p test_loss.py
"""

import torch

import tiny
import loss as lean
from attention import dense_mask, use_attention, with_attention
from machine import Machine
from packing import PackedSplit


class LeanLoss(tiny.WithShards):
    conversations = tiny.random_conversations(2, 12)

    def setUp(self):
        super().setUp()
        packed = PackedSplit(self.shards().train, 64, {1: 1.0, 3: 0.3})
        self.batch = packed.batch(range(len(packed)))
        self.weights = self.batch["weights"][:, 1:].flatten()

    def test_its_gradients_are_those_of_cross_entropy_on_all_logits_however_the_targets_are_cut(self):
        for make in tiny.FAMILIES:
            whole = make()
            expected = self.backward_whole(whole)
            for chunk in (7, 1024):
                self.addCleanup(setattr, lean, "CHUNK", lean.CHUNK)
                lean.CHUNK = chunk
                model = make()
                use_attention(model, "sdpa", Machine("fp32"))
                found = lean.backward(model, with_attention(self.batch, "sdpa"), self.weights.sum().item())
                self.assertAlmostEqual(found.item() / self.weights.sum().item(), expected, delta=1e-5)
                for (name, a), b in zip(model.named_parameters(), whole.parameters()):
                    torch.testing.assert_close(a.grad, b.grad, atol=1e-5, rtol=1e-4, msg=f"{make.__name__} {name}")

    def backward_whole(self, model):
        inputs = {"input_ids": self.batch["ids"], "position_ids": self.batch["positions"], "use_cache": False}
        logits = model(**inputs, attention_mask=dense_mask(self.batch["documents"])).logits[:, :-1].flatten(0, 1)
        each = torch.nn.functional.cross_entropy(logits, self.batch["ids"][:, 1:].flatten(), reduction="none")
        loss = (each * self.weights).sum() / self.weights.sum()
        loss.backward()
        return loss.item()

    def test_logits_never_exist_for_more_targets_than_a_chunk_holds(self):
        self.addCleanup(setattr, lean, "CHUNK", lean.CHUNK)
        lean.CHUNK = 16
        model = tiny.gpt2()
        use_attention(model, "sdpa", Machine("fp32"))
        sizes = []
        model.lm_head.register_forward_hook(lambda module, inputs, logits: sizes.append(len(logits)))
        lean.backward(model, with_attention(self.batch, "sdpa"), self.weights.sum().item())
        self.assertEqual(max(sizes), 16)
        self.assertEqual(sum(sizes), int((self.weights > 0).sum()))

"""The lean loss is the whole one.

    .venv/bin/python -m unittest discover -s test/python -p test_loss.py
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode

import tiny
from trainer import loss as lean
from trainer.attention import dense_mask, use_attention, with_attention
from trainer.machine import Machine
from trainer.packing import PackedSplit


class Waits(TorchDispatchMode):
    """Notes operations whose result's size or value the processor has to be told: on a GPU it waits for them."""

    OPERATIONS = {torch.ops.aten._local_scalar_dense, torch.ops.aten.nonzero, torch.ops.aten.masked_select, torch.ops.aten._unique2}

    def __init__(self):
        super().__init__()
        self.seen = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        is_index = function.overloadpacket in (torch.ops.aten.index, torch.ops.aten.index_put, torch.ops.aten.index_put_)
        chooses = is_index and any(index is not None and index.dtype == torch.bool for index in args[1])
        if chooses or function.overloadpacket in self.OPERATIONS:
            self.seen.add(str(function))
        return function(*args, **(kwargs or {}))


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

    def test_nothing_of_it_waits_for_what_a_gpu_has_still_to_do(self):
        for make in tiny.FAMILIES:
            for name in ("sdpa", "dense"):
                with self.subTest(make.__name__, attention=name):
                    model = make()
                    use_attention(model, name, Machine("fp32"))
                    batch = with_attention(self.batch, name)
                    with Waits() as waits:
                        lean.backward(model, batch, 1.0)
                        lean.nats_of_targets(model, batch)
                    self.assertEqual(waits.seen, set())
                    with waits:
                        batch["ids"][batch["weights"] > 0].sum().item()
                    self.assertEqual(waits.seen, {"aten.index.Tensor", "aten._local_scalar_dense.default"})

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

"""A refinement prefers the persona's replies to the run's own, and learns the persona's as ever.

    .venv/bin/python -m unittest discover -s test/python -p test_refinement.py
"""

import json
import shutil
import stat
import tempfile
import types
import unittest
from pathlib import Path

import torch
from safetensors.torch import load_file

import talks
import tiny
from evaluation.own_replies import Drawing, paired_rows, read_pairs
from evaluation.scoring import Scorer
from trainer.attention import use_attention, with_attention
from trainer.events import Problem
from trainer.machine import Machine
from trainer.models import load
from trainer.packing import piece
from trainer.pairs import Pair, PairedRows
from trainer.preference import Preference
from trainer.shards import Shards

FP32 = Machine("fp32")
GOING_ON = types.SimpleNamespace(requested=False)
PAIRS = [
    Pair([5, 6, 7], [8, 9, 10, 11], [12, 13], 1.5),
    Pair([1, 2], [3], [4, 5, 6, 7, 8], -2.0),
    Pair([20, 21, 22, 23], [24, 25], [26, 24], 0.25),
]


def costs_alone(model, pair):
    """What the pair's replies cost, by the model's plainest code."""
    costs = []
    for ids in (pair.real, pair.own):
        whole = torch.tensor([*pair.context, *ids])
        logs = model(input_ids=whole[None], use_cache=False).logits[0, :-1].log_softmax(-1)
        costs.append(-logs.gather(-1, whole[1:, None])[-len(ids) :, 0].sum())
    return costs


class Loss(tiny.WithShards):
    def rows(self, context=32):
        return PairedRows(self.shards().train, context, PAIRS)

    def computed(self, model, rows, numbers):
        """The loss of some rows, and its gradients in the model, by `Preference`."""
        use_attention(model, "sdpa", FP32)
        batch = with_attention(rows.batch(numbers), "sdpa")
        total = rows.weight_of(numbers)
        return Preference(rows).backward(model, batch, total).item() / total

    def test_it_is_what_both_formulas_give_in_double_precision_and_so_are_its_gradients(self):
        rows = self.rows()
        for make in tiny.FAMILIES:
            found, exact = make(), make().double()
            exact.set_attn_implementation("eager")
            tokens, preference = 0.0, 0.0
            for pair in PAIRS:
                real, own = costs_alone(exact, pair)
                tokens = tokens + real
                margin = (own - real) - pair.reference
                preference = preference - torch.nn.functional.logsigmoid(0.1 * margin)
            expected = tokens / 7 + preference / 3
            expected.backward()
            with self.subTest(make.__name__):
                self.assertAlmostEqual(self.computed(found, rows, list(range(len(rows)))), expected.item(), delta=1e-5)
                for (name, a), b in zip(found.named_parameters(), exact.parameters()):
                    torch.testing.assert_close(a.grad.double(), b.grad, atol=1e-5, rtol=1e-3, msg=name)

    def test_rows_one_by_one_add_up_to_all_at_once(self):
        rows = self.rows(context=24)
        self.assertGreater(len(rows), 1)
        at_once, apart = tiny.gpt2(), tiny.gpt2()
        numbers = list(range(len(rows)))
        whole, total = self.computed(at_once, rows, numbers), rows.weight_of(numbers)
        parts = [self.computed(apart, rows, [number]) for number in numbers]
        summed = sum(part * rows.weight_of([number]) for part, number in zip(parts, numbers)) / total
        self.assertAlmostEqual(summed, whole, delta=1e-6)

    def test_a_step_against_the_gradient_widens_the_margin_more_than_learning_alone(self):
        rows = PairedRows(self.shards().train, 32, PAIRS[:1])
        margins = {}
        for beta in (0.0, 0.1):
            model = tiny.gpt2()
            use_attention(model, "sdpa", FP32)
            batch = with_attention(rows.batch([0]), "sdpa")
            optimizer = torch.optim.SGD(model.parameters(), 0.01)
            for _ in range(5):
                optimizer.zero_grad()
                Preference(rows, beta).backward(model, batch, rows.weight_of([0]))
                optimizer.step()
            real, own = costs_alone(model.eval(), PAIRS[0])
            margins[beta] = (own - real).item()
        self.assertGreater(margins[0.1], margins[0.0])

    def test_both_replies_of_a_pair_stand_in_one_row_as_documents_of_their_own(self):
        rows = self.rows()
        batch = rows.batch([0])
        self.assertEqual(batch["reply_lengths"].sum(), len(batch["targets"]))
        of_row = [rows.windows[index].arrays[0].tolist() for index in rows.rows[0]]
        self.assertEqual(sum(of_row, []), batch["ids"][0].tolist())
        self.assertEqual([index % 2 for index in rows.rows[0]], [0, 1] * (len(rows.rows[0]) // 2))
        self.assertEqual(rows.supervised_tokens, 7)


class Refined(unittest.TestCase):
    """A run of two layers that has learned half of how Ana writes is refined."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.folder = Path(cls.directory.name)
        talks.write(cls.folder / "shards", talks.conversations(60, 1), talks.conversations(20, 2))
        learned = ("--epochs", "20", "--steps", "60", "--learning-rate", "5e-3", "--context-length", "256", "--gguf", "none")
        tiny.train(cls.folder, "parent", *learned, "--agreement-positions", "0", exported=True)
        cls.model = cls.folder / "parent/attempt-1/model"
        cls.common = ("--refine", "--start-from", cls.model, "--context-length", "256", "--learning-rate", "5e-4", "--steps", "12")

    def refine(self, run, *words, **options):
        return tiny.train(self.folder, run, *self.common, *words, **options)

    def margin(self, folder, pairs):
        shards = Shards(self.folder / "shards")
        scorer = Scorer(load(str(folder), None, shards, torch.float32).eval(), FP32, 256)
        costs = scorer.pieces([piece(pair.context, ids) for pair in pairs for ids in (pair.real, pair.own)])
        return float((costs[1::2] - costs[::2]).mean())

    def held_out_pairs(self):
        """What the parent itself would say on conversations that nobody trained on."""
        shards = Shards(self.folder / "shards")
        shards.train = shards.val
        model = load(str(self.model), None, shards, torch.float32)
        (self.folder / "held-out").mkdir(exist_ok=True)
        return paired_rows(self.folder / "held-out", shards, model, FP32, 256, 7, GOING_ON, lambda *_, **__: None).pairs

    def test_the_real_replies_are_preferred_to_its_own_also_where_it_was_not_trained(self):
        pairs = self.held_out_pairs()
        margins = [self.margin(self.model, pairs)]
        words = ("--steps", "30", "--learning-rate", "2e-3", "--tokens-per-step", "1024", "--micro-batch", "4")
        for beta in (0.0, 0.1):
            tamper = lambda finetune: setattr(finetune, "Preference", lambda rows: Preference(rows, beta))
            self.refine(f"refined-{beta}", *words, "--gguf", "none", "--agreement-positions", "0", exported=True, tamper=tamper)
            margins.append(self.margin(self.folder / f"refined-{beta}/attempt-1/model", pairs))
        before, learned_alone, refined = margins
        self.assertGreater(refined, before + 3)
        self.assertGreater(refined, learned_alone + 3)

    def test_the_pairs_are_the_runs_replies_to_what_the_persona_answered_otherwise(self):
        self.refine("once", "--steps", "1")
        path = self.folder / "once/pairs.json"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        pairs = read_pairs(path)
        self.assertGreater(len(pairs), 50)
        self.assertTrue(all(pair.real != pair.own and pair.own and len(pair) <= 256 for pair in pairs))
        reader = Drawing(Shards(self.folder / "shards"), None, FP32, 256, "sdpa", GOING_ON, None).reader
        self.assertTrue(all(reader.bubbles(pair.real)[0][0].split()[0] in "yes hmm no i rain boats trains music chess soup maps gardens kites lakes poems bread ok wow" for pair in pairs))
        again = self.refine("twice", "--steps", "1")
        self.assertEqual(read_pairs(self.folder / "twice/pairs.json"), pairs)
        self.assertIn({"type": "phase", "name": "drawing the run's own replies"}, again)
        self.assertIn("progress", {event["type"] for event in again})

    def test_corrections_are_pairs_too_and_those_that_do_not_fit_are_left_out(self):
        (self.folder / "corrected").mkdir()
        short, long = {"context": [1, 2], "real": [3, 4], "own": [5]}, {"context": [1] * 200, "real": [3], "own": [5]}
        (self.folder / "corrected/corrections.json").write_text(json.dumps([short, long]))
        self.refine("corrected", "--steps", "1")
        first, second, *_ = read_pairs(self.folder / "corrected/pairs.json")
        self.assertEqual((first.context, first.real, first.own), ([1, 2], [3, 4], [5]))
        self.assertNotEqual(second.context, [1] * 200)
        self.assertNotEqual(first.reference, 0.0)

    def test_one_that_is_stopped_and_goes_on_has_the_losses_of_one_that_was_not(self):
        words = ("--evaluate-every", "4", "--lora", "--lora-rank", "2", "--lora-dropout", "0.2")
        whole = self.refine("whole", *words)
        for look in (18, 24):
            first = self.refine(f"cut-{look}", *words, stop_at_look=look)
            self.assertTrue(first[-1]["stopped"])
            rest = self.refine(f"cut-{look}", *words, "--resume", "--attempt", "2")
            self.assertEqual(tiny.losses(first) + tiny.losses(rest), tiny.losses(whole))
        weights = [load_file(self.folder / f"{run}/attempt-{n}/checkpoints/step-12/weights.safetensors") for run, n in (("whole", 1), ("cut-24", 2))]
        for name, value in weights[0].items():
            torch.testing.assert_close(weights[1][name], value, atol=0, rtol=0)

    def test_its_last_step_is_the_result_whatever_held_out_words_cost_there(self):
        events = self.refine("latest", "--evaluate-every", "4", "--learning-rate", "3e-2")
        evaluations = [event for event in events if event["type"] == "evaluation"]
        self.assertTrue(all(event["isBest"] for event in evaluations))
        self.assertEqual(events[-1]["bestStep"], 12)

    def test_other_pairs_than_it_was_begun_with_are_refused(self):
        self.refine("changed", stop_at_look=24)
        path = self.folder / "changed/pairs.json"
        path.write_text(json.dumps(json.loads(path.read_text())[1:]))
        with self.assertRaisesRegex(Problem, "set of pairs|rows a step"):
            self.refine("changed", "--resume", "--attempt", "2")

    def test_asked_to_stop_while_replies_are_drawn_it_leaves_no_pairs(self):
        with self.assertRaises(SystemExit):
            self.refine("early", stop_at_look=0)
        self.assertFalse((self.folder / "early/pairs.json").exists())

    def test_without_a_run_to_start_from_or_with_too_few_pairs_it_is_refused(self):
        with self.assertRaisesRegex(Problem, "goes on from a run"):
            tiny.train(self.folder, "nothing", "--refine")
        small = self.folder / "small"
        talks.write(small, talks.conversations(1, 1, turns=4), talks.conversations(4, 2))
        shutil.copy(self.folder / "shards/tokenizer.json", small / "tokenizer.json")
        shards = Shards(self.folder / "shards")
        shards.train = types.SimpleNamespace(ids=shards.train.ids[:60], mask=shards.train.mask[:60], offsets=shards.train.offsets[:1], turns=shards.train.turns[:4])
        (self.folder / "few").mkdir()
        with self.assertRaisesRegex(Problem, "a refinement needs 8"):
            paired_rows(self.folder / "few", shards, load(str(self.model), None, shards, torch.float32), FP32, 256, 0, GOING_ON, lambda *_, **__: None)


if __name__ == "__main__":
    unittest.main()

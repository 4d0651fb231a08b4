"""What needs a model gives known answers: replies are drawn as asked, and who learned by heart gives it away.

    .venv/bin/python -m unittest discover -s test/python -p test_evaluation_models.py
"""

import copy
import math
import tempfile
import types
import unittest
from pathlib import Path

import numpy as np
import torch

import talks
import tiny
from evaluation.batches import Batches
from evaluation.contexts import replies_of
from evaluation.extraction import expected, extraction, seen, worst
from evaluation.likelihood import likelihood, strangers_in
from evaluation.membership import membership
from evaluation.near_verbatim import contexts_of, is_near, near_verbatim
from evaluation.messages import costs, said_once, scored_messages
from evaluation.relevance import relevance, shuffled
from evaluation.sampling import AS_LEARNED, Sampler, Way, candidates, draw, log_probabilities
from evaluation.scoring import Scorer, Scores
from evaluation.turns import TurnReader
from trainer.machine import Machine
from trainer.models import from_scratch
from trainer.packing import packed_words
from trainer.shards import OTHERS, PERSONA, Shards

FP32 = Machine("fp32")
LOGITS = torch.tensor([[0.5, 0.3, 0.15, 0.05]]).log()


class Drawing(unittest.TestCase):
    def test_what_is_unlikely_is_cut_off_before_the_temperature_as_llama_cpp_does(self):
        for way, expected_shares in (
            (AS_LEARNED, [0.5, 0.3, 0.15, 0.05]),
            (Way(temperature=0.5), [0.685, 0.247, 0.062, 0.007]),
            (Way(temperature=0.5, top_p=0.75), [0.735, 0.265, 0, 0]),
            (Way(top_k=2), [0.625, 0.375, 0, 0]),
            (Way(temperature=0.5, min_p=0.29), [0.685 / 0.994, 0.247 / 0.994, 0.062 / 0.994, 0]),
            (Way(top_p=0.75, min_p=0.7), [1, 0, 0, 0]),
            (Way(temperature=0), [1, 0, 0, 0]),
        ):
            shares = [log_probabilities(LOGITS, torch.tensor([id]), way).exp().item() for id in range(4)]
            np.testing.assert_allclose(shares, expected_shares, atol=1e-3, err_msg=str(way))

    def test_tokens_come_as_often_as_they_are_probable(self):
        numbers = torch.linspace(0, 0.9999, 1000)
        for way in (AS_LEARNED, Way(0.7, top_p=0.9, top_k=3)):
            drawn = draw(LOGITS.expand(1000, 4), way, numbers)
            shares = log_probabilities(LOGITS.expand(4, 4), torch.arange(4), way).exp()
            np.testing.assert_allclose(np.bincount(drawn, minlength=4) / 1000, shares, atol=0.002)
        self.assertIsNone(candidates(LOGITS, AS_LEARNED)[0])


class Sampling(unittest.TestCase):
    reader = types.SimpleNamespace(newline=7, ends={0, 1})
    contexts = [[5, 6, 8], [9], [2, 3, 4, 5, 6, 9, 10, 11], [12, 13]]

    def sampled(self, model, ways, **options):
        sampler = Sampler(model, self.reader, FP32, max_tokens=12, **{"seed": 0, **options})
        return {(index, way): ids for batch in sampler.replies(self.contexts, ways) for index, way, ids in batch}

    def test_contexts_of_different_length_go_on_in_a_batch_as_they_would_alone(self):
        for family in tiny.FAMILIES:
            model = family()
            found = self.sampled(model, [Way(temperature=0)])
            for index, context in enumerate(self.contexts):
                written = found[index, 0]
                logits = tiny.logits_of(model, context + written)
                greedy = logits[len(context) - 1 : -1].argmax(-1).tolist()
                self.assertEqual(written, greedy, family.__name__)
                model.set_attn_implementation("sdpa")

    def test_a_reply_depends_neither_on_its_batch_nor_on_the_other_ways(self):
        model = tiny.llama()
        together = self.sampled(model, [AS_LEARNED, Way(0.8, 0.95, top_k=50)])
        self.assertEqual(together, self.sampled(model, [AS_LEARNED, Way(0.8, 0.95, top_k=50)], batch=1))
        self.assertEqual([together[i, 0] for i in range(4)], [ids for _, ids in sorted(self.sampled(model, [AS_LEARNED]).items())])
        self.assertNotEqual(together, self.sampled(model, [AS_LEARNED, Way(0.8, 0.95, top_k=50)], seed=1))

    def test_a_reply_ends_with_its_turn_or_at_the_limit(self):
        for ids in self.sampled(tiny.gpt2(), [AS_LEARNED] * 30).values():
            ends = [at for at, id in enumerate(ids) if id in (0, 1) or ids[at - 1 : at + 1] == [7, 7]]
            self.assertEqual(ends, [len(ids) - 1] if len(ids) < 12 else ends[-1:], ids)

    def test_when_memory_runs_out_fewer_go_at_once_and_the_replies_stay_the_same(self):
        model, warnings = tiny.gpt2(), []
        expected_replies = self.sampled(model, [AS_LEARNED])
        forward = model.forward

        def narrow(input_ids, **rest):
            if len(input_ids) > 1:
                raise torch.OutOfMemoryError("too many")
            return forward(input_ids=input_ids, **rest)

        model.forward = narrow
        self.assertEqual(self.sampled(model, [AS_LEARNED], batch=4, warn=warnings.append), expected_replies)
        self.assertEqual(len(warnings), 2)


class Shrinking(unittest.TestCase):
    def test_what_was_tried_is_halved_and_not_what_might_have_been(self):
        warnings, done = [], []

        def work(batch):
            if len(batch) > 1:
                raise torch.OutOfMemoryError("too many")
            return batch

        for batch in Batches(64, warnings.append).run([1, 2, 3], work):
            done += batch
        self.assertEqual(done, [1, 2, 3])
        self.assertEqual([warning.split()[6] for warning in warnings], ["2", "1"])


def secret_talks(count, seed):
    """Conversations in which every message is of its own words."""
    random = np.random.default_rng(seed)
    words = ["".join(random.choice(list("abcdefghijklmnop"), 4)) for _ in range(400)]
    say = lambda: " ".join(random.choice(words, 5))
    return [[("Ben" if turn % 2 == 0 else "Ana", [say()]) for turn in range(6)] for _ in range(count)]


class Learned(unittest.TestCase):
    """One model that learned the persona's messages by heart, one that did so with everybody else's, one that learned nothing."""

    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        stranger = [("Zoe", ["who is this anyway"]), ("Ana", ["it is only me you know"])]
        shards = cls.shards = Shards(talks.write(folder, secret_talks(12, 1), [*secret_talks(12, 2), stranger]))
        cls.reader = TurnReader(shards)
        make = lambda: (torch.manual_seed(0), from_scratch(2, 2, 64, shards, 256, 0.0))[1].eval()
        cls.models = {
            "base": make(),
            "by heart": talks.fit(make(), shards, {PERSONA: 1.0}),
            "others": talks.fit(make(), shards, {OTHERS: 1.0}),
        }
        way = Way(0.8, 0.95, top_k=200)
        scorers = {name: Scorer(model, FP32, 256) for name, model in cls.models.items()}
        train, val = packed_words(shards.train, 256), packed_words(shards.val, 256)
        cls.train = {name: scorer.split(train, way) for name, scorer in scorers.items()}
        cls.val = {name: scorer.split(val) for name, scorer in scorers.items()}
        cls.messages = list(scored_messages(cls.reader, shards.train, cls.train["base"]))

    def test_a_message_costs_what_its_tokens_cost_by_the_models_own_logits(self):
        start, end, _ = next(self.shards.train.conversations())
        ids = self.shards.train.ids[start:end].astype(int)
        model = from_scratch(2, 2, 64, self.shards, 256, 0.0).eval()
        model.load_state_dict(self.models["base"].state_dict())
        logs = tiny.logits_of(model, ids).log_softmax(-1)
        first = self.messages[0]
        by_hand = -sum(logs[at - 1, ids[at]].item() for at in range(first.start, first.end))
        self.assertAlmostEqual(costs([first], self.train["base"].nats)[0], by_hand, places=3)

    def test_every_message_of_some_words_is_found_and_its_text_is_whole(self):
        self.assertEqual(len(self.messages), 12 * 6)
        said = {bubbles[0] for talk in secret_talks(12, 1) for _, bubbles in talk}
        texts = {self.reader.text(self.shards.train.ids[m.start : m.end].tolist()) for m in self.messages}
        self.assertEqual(texts, said)
        self.assertEqual(said_once(self.reader, self.shards.train, self.messages), self.messages)

    def test_who_learned_the_persona_by_heart_gives_their_messages_away_and_nobody_elses(self):
        found = extraction(self.messages, self.train["base"], self.train["by heart"])
        self.assertGreater(found["persona"]["n1"], 0.8 * found["persona"]["messages"])
        self.assertLess(found["others"]["n10000"], 0.1)
        found = extraction(self.messages, self.train["base"], self.train["base"])
        self.assertEqual([found[whose][n] for whose in ("persona", "others") for n in ("n1", "n100", "n10000")], [0] * 6)
        first = worst(self.messages, self.train["base"], self.train["by heart"], 5)
        self.assertTrue(all(message.is_persona and after > 0.5 > before for message, before, after in first))

    def test_membership_is_certain_of_what_was_learned_by_heart_and_unknown_to_the_base(self):
        own = [message for message in self.messages if message.is_persona]
        new = [m for m in scored_messages(self.reader, self.shards.val, self.val["base"]) if m.is_persona]
        found = membership((own, self.train["base"], self.train["by heart"]), (new, self.val["base"], self.val["by heart"]))
        self.assertGreater(found["auc"]["low"], 0.95)
        self.assertGreater(found["tprAt1"], 0.9)
        nothing = membership((own, self.train["base"], self.train["base"]), (new, self.val["base"], self.val["base"]))
        self.assertEqual((nothing["auc"]["value"], nothing["tprAt1"]), (0.5, 0.0))

    def test_strangers_are_measured_apart(self):
        self.assertEqual(strangers_in(self.reader, self.shards), [12])
        found = likelihood(self.shards, self.val["base"], self.val["others"], strangers_in(self.reader, self.shards))
        self.assertGreater(found["strangers"]["base"], 0)

    def test_strangers_who_say_no_word_are_left_out(self):
        words = self.shards.val.mask == OTHERS
        silent = [c for c, (start, end, _) in enumerate(self.shards.val.conversations()) if c == 12 or not words[start:end].any()]
        heard = {name: self.without_others_of(12, self.val[name]) for name in ("base", "others")}
        self.assertNotIn("strangers", likelihood(self.shards, heard["base"], heard["others"], silent))

    def without_others_of(self, conversation, scores):
        split = self.shards.val
        theirs = (scores.places >= split.offsets[conversation]) & (split.mask[scores.places] == OTHERS)
        return Scores(scores.places[~theirs], scores.nats[~theirs], None)

    def test_scores_are_the_same_after_the_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            self.train["base"].save(Path(folder) / "scores.npz")
            read = Scores.load(Path(folder) / "scores.npz")
        for name, values in vars(self.train["base"]).items():
            np.testing.assert_array_equal(values, getattr(read, name))

    def test_replies_learned_by_heart_prefer_their_own_context_and_strange_ones_none(self):
        replies = replies_of(self.reader, self.shards.train, persona=True, most=36)
        contexts, conversations = [r.context for r in replies], [r.conversation for r in replies]
        foreign = [replies[other].ids for other in shuffled(conversations)]
        asked = {"real": [r.ids for r in replies], "generated": foreign}
        found = relevance(Scorer(self.models["by heart"], FP32, 256), contexts, conversations, asked)
        self.assertGreater(found["real"]["low"], 0.85)
        self.assertLess(found["generated"]["value"], 0.5)
        self.assertGreater(found["p"], 0.05)

    def test_a_model_that_learned_by_heart_answers_in_the_same_words(self):
        replies = replies_of(self.reader, self.shards.train, persona=True, most=8)
        sampler = Sampler(self.models["by heart"], self.reader, FP32, seed=0, max_tokens=40)
        drawn = [each for batch in sampler.replies([r.context for r in replies], [Way(temperature=0)]) for each in batch]
        right = [self.reader.bubbles(ids) == (replies[index].bubbles, True) for index, _, ids in drawn]
        self.assertGreater(sum(right), 5)

    def test_what_was_learned_by_heart_comes_out_nearly_as_it_was_and_what_was_not_does_not(self):
        split = self.shards.train
        messages = [message for message in self.messages if message.is_persona][:12]
        asked = contexts_of(self.reader, split, messages)
        self.assertGreater(len(asked), 8)
        texts = [self.reader.text(split.ids[message.start : message.end].tolist()) for message, _ in asked]
        found = {name: near_verbatim(texts, self.drawn(name, [context for _, context in asked])) for name in ("base", "by heart")}
        self.assertEqual(found["base"]["found"], 0)
        self.assertGreater(found["by heart"]["found"], len(asked) // 2)

    def drawn(self, name, contexts):
        sampler = Sampler(self.models[name], self.reader, FP32, seed=0, max_tokens=40)
        rows = [row for batch in sampler.replies(contexts, [Way(temperature=0)]) for row in batch]
        return [self.reader.bubbles(ids)[0] for _, _, ids in sorted(rows)]

    def test_a_later_bubble_is_asked_for_behind_the_earlier_ones_of_its_turn(self):
        split = self.shards.train
        for message, context in contexts_of(self.reader, split, self.messages):
            before = split.ids[message.start - 3 : message.start].tolist()
            self.assertEqual(context[-3:], before)


class NearVerbatim(unittest.TestCase):
    def test_capitals_and_a_letter_are_near_and_other_words_are_not(self):
        self.assertTrue(is_near("the key is under the blue pot", "The key is under the blue pott"))
        self.assertFalse(is_near("the key is under the blue pot", "the key is under the red chair"))
        self.assertFalse(is_near("the key is under the blue pot", ""))


class Specificity(unittest.TestCase):
    def test_the_persona_is_what_was_learned_of_her_and_not_what_was_learned_of_everybody_else(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shards = Shards(talks.write(folder, talks.conversations(20, 1), talks.conversations(20, 2)))
        base = from_scratch(2, 2, 32, shards, 256, 0.0).eval()
        val = packed_words(shards.val, 256)
        before = Scorer(base, FP32, 256).split(val)
        found = {}
        for code in (PERSONA, OTHERS):
            model = talks.fit(copy.deepcopy(base), shards, {code: 1.0}, steps=40)
            found[code] = likelihood(shards, before, Scorer(model, FP32, 256).split(val))
            self.check_conversations(found[code])
        self.assertGreater(found[PERSONA]["specificity"]["low"], 0.1)
        self.assertLess(found[OTHERS]["specificity"]["high"], 0)
        self.assertLess(found[OTHERS]["others"]["run"], found[OTHERS]["others"]["base"])
        nothing = likelihood(shards, before, before)
        self.assertEqual(nothing["specificity"], {"value": 0, "low": 0, "high": 0})

    def check_conversations(self, found):
        for whose in ("persona", "others"):
            bits, length = (sum(line[whose][name] for line in found["byConversation"]) for name in ("run", "bytes"))
            self.assertAlmostEqual(bits / length, found[whose]["run"], 3)


class Expected(unittest.TestCase):
    def test_what_the_base_would_have_written_anyway_is_taken_off(self):
        half, rare = math.log(2), math.log(1000)
        self.assertEqual(expected([half], [half]), {"n1": 0, "n100": 0, "n10000": 0})
        found = expected([rare, half], [half, rare])
        self.assertAlmostEqual(found["n1"], 0.499)
        self.assertAlmostEqual(found["n10000"], 1 - (1 - 0.999**10_000), places=4)

    def test_the_smallest_probabilities_are_exact(self):
        self.assertAlmostEqual(seen([math.log(1e12)], 100)[0] / 1e-10, 1, places=4)
        self.assertEqual(seen([math.inf, 0.0], 100).tolist(), [0, 1])


if __name__ == "__main__":
    unittest.main()

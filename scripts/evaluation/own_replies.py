"""What a run would say where the persona said something else: pairs for a round of refinement.

They are drawn once, with what the run thought of both replies, and every attempt at the refinement trains on the same.
They hold words, so the file is for its owner alone; the worker removes it once the refinement has finished.
"""

import json
import time
from dataclasses import asdict, replace

import numpy as np

from evaluation.contexts import MAX_TOKENS, replies_of
from evaluation.sampling import AS_LEARNED, Sampler
from evaluation.scoring import Scorer
from evaluation.turns import TurnReader
from trainer.aside import write_text_aside
from trainer.events import Problem, warning_to
from trainer.leak_check import choose_attention
from trainer.packing import piece
from trainer.pairs import Pair, PairedRows

FILE = "pairs.json"
CORRECTIONS = "corrections.json"  # Pairs of people's: what they refused, and what they would have said.
MAX_PAIRS = 1000
MIN_PAIRS = 8
MAX_SECONDS = 15 * 60
AT_ONCE = 128  # Contexts of all lengths, so that a lack of time takes none by its length.
MAX_REPLY = 128


def paired_rows(run, shards, model, machine, context, seed, stop, emit):
    """The rows of a refinement of `model`: its pairs, written down once."""
    if not (run / FILE).exists():
        attention = choose_attention(model, "auto", context, machine)
        with machine.asking(model):
            found = Drawing(shards, model, machine, context, attention, stop, emit).pairs(run, seed)
        write_text_aside(run / FILE, json.dumps([asdict(pair) for pair in found]))
    return PairedRows(shards.train, context, read_pairs(run / FILE))


def read_pairs(path):
    return [Pair(**pair) for pair in json.loads(path.read_text("utf-8"))] if path.exists() else []


class Drawing:
    """Draws a model's own replies to what the persona answered in training, as it has learned to speak."""

    def __init__(self, shards, model, machine, context, attention, stop, emit):
        self.shards, self.model, self.machine = shards, model, machine
        self.context, self.attention = context, attention
        self.stop, self.emit = stop, emit
        self.reader = TurnReader(shards)

    def pairs(self, run, seed):
        corrections = read_pairs(run / CORRECTIONS)
        found = [pair for pair in [*corrections, *self._drawn(seed)] if len(pair) <= self.context]
        if len(found) < MIN_PAIRS:
            raise Problem(
                f"Only {len(found)} replies of the run differ from the persona's and fit, and a refinement needs {MIN_PAIRS}",
                "Refine a run of a larger data set, or one with a higher --context-length.",
            )
        return self._with_references(found)

    def _drawn(self, seed):
        self.emit("phase", name="drawing the run's own replies")
        deadline = time.monotonic() + MAX_SECONDS
        most = min(MAX_TOKENS, self.context // 4)
        questions = replies_of(self.reader, self.shards.train, persona=True, most=MAX_PAIRS, seed=seed, max_tokens=most)
        order = np.random.default_rng(seed).permutation(len(questions)).tolist()
        sampler = self._sampler(seed)
        for start in range(0, len(order), AT_ONCE):
            if time.monotonic() > deadline:
                warning_to(self.emit)(f"{start} of {len(order)} replies were drawn, to be done in time.")
                return
            for index, ids in self._answers(sampler, questions, order[start : start + AT_ONCE]):
                if self._differ(ids, questions[index].bubbles):
                    yield Pair(questions[index].context, questions[index].ids, ids)

    def _sampler(self, seed):
        length = min(MAX_REPLY, self.context // 4)
        return Sampler(self.model, self.reader, self.machine, seed, length, warn=warning_to(self.emit))

    def _answers(self, sampler, questions, chosen):
        """(index, ids) in the order of the questions, whatever fits into memory at once."""
        contexts, found = [question.context for question in questions], []
        for batch in sampler.replies(contexts, [AS_LEARNED], chosen):
            self._leave_if_asked()
            found += [(index, ids) for index, _, ids in batch]
            self._progress(len(found), len(chosen))
        return sorted(found, key=lambda each: each[0])

    def _progress(self, done, total):
        """Whoever listens hears that it is at work."""
        self.emit("progress", done=done, total=total)

    def _leave_if_asked(self):
        """Half the pairs would be another refinement: the next attempt draws them all."""
        if self.stop.requested:
            raise SystemExit("Asked to stop while replies were drawn.")

    def _differ(self, ids, real):
        own = self.reader.bubbles(ids)[0]
        return bool(own) and own != real

    def _with_references(self, pairs):
        """By how much the model prefers each real reply as it is now."""
        self.emit("phase", name="scoring the run's own replies")
        scorer = Scorer(self.model, self.machine, self.context, warning_to(self.emit), self.attention)
        costs = scorer.pieces([piece(pair.context, ids) for pair in pairs for ids in (pair.real, pair.own)], self._progress)
        return [replace(pair, reference=float(own - real)) for pair, real, own in zip(pairs, costs[::2], costs[1::2])]

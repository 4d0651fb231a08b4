"""What texts cost a model, token by token, from one pass without generating anything."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from evaluation.batches import Batches
from evaluation.sampling import log_probabilities
from trainer.attention import with_attention
from trainer.leak_check import choose_attention
from trainer.loss import CHUNK, causal_model, hidden_states, targets_of
from trainer.packing import PackedSplit, collate
from trainer.shards import OTHERS, PERSONA

ROWS = 4


@dataclass
class Scores:
    """Of tokens of a split, in their order: where they are, what each costs in nats, and what it costs as it is served."""

    places: np.ndarray
    nats: np.ndarray
    served: np.ndarray | None

    def save(self, path):
        arrays = {name: value for name, value in vars(self).items() if value is not None}
        with open(path, "wb") as file:
            np.savez(file, **arrays)

    @staticmethod
    def load(path):
        with np.load(path) as arrays:
            return Scores(arrays["places"], arrays["nats"], arrays["served"] if "served" in arrays else None)


class Scorer:
    """Scores with one model. `way` says how it is served; None leaves that out. `attention` is chosen for a model on the CPU."""

    def __init__(self, model, machine, context, way=None, rows=ROWS, warn=print, attention=None):
        self.model = model
        self.machine = machine
        self.context = context
        self.way = way
        self.batches = Batches(rows, warn)
        self.attention = attention or choose_attention(model, "auto", context, machine)

    def split(self, split, max_rows=None, on_progress=lambda done, total: None, seed=0):
        """Scores of everybody's words, in so many packed rows chosen at random."""
        packed = PackedSplit(split, self.context, {PERSONA: 1.0, OTHERS: 1.0})
        rows = np.random.default_rng(seed).permutation(len(packed))[:max_rows].tolist()
        found, done = [], 0
        for batch, nats, served in self.batches.run(rows, lambda batch: (batch, *self._costs(packed.batch(batch)))):
            found.append((packed.target_places(batch), nats, served))
            done += len(batch)
            on_progress(done, len(rows))
        return in_order(found)

    def pieces(self, pieces, on_progress=lambda done, total: None):
        """What each of the pieces (ids, weights as targets) costs in all."""
        order = sorted(range(len(pieces)), key=lambda index: len(pieces[index][0]))
        sums, done = np.zeros(len(pieces)), 0
        for batch, nats in self.batches.run(order, lambda batch: (batch, self._costs(collate([[pieces[i]] for i in batch]))[0])):
            lengths = [int((pieces[index][1] > 0).sum()) for index in batch]
            sums[batch] = [part.sum() for part in np.split(nats, np.cumsum(lengths)[:-1])]
            done += len(batch)
            on_progress(done, len(pieces))
        return sums

    @torch.no_grad()
    def _costs(self, batch):
        """Nats of each target, and nats as it is served."""
        batch = with_attention(batch, self.attention, self.machine.device)
        with self.machine.autocast():
            before, ids, _ = targets_of(hidden_states(self.model, batch), batch)
            head = causal_model(self.model).get_output_embeddings()
            spans = [slice(at, at + CHUNK) for at in range(0, len(ids), CHUNK)]
            found = [self._chunk(head(before[span]).float(), ids[span]) for span in spans]
        return tuple(np.concatenate([np.empty(0, np.float32), *column]) for column in zip(*found or [(np.empty(0),) * 2]))

    def _chunk(self, logits, ids):
        nats = F.cross_entropy(logits, ids, reduction="none").cpu().numpy()
        served = -log_probabilities(logits, ids, self.way).cpu().numpy() if self.way else np.empty(0, np.float32)
        return nats, served


def in_order(found):
    places, nats, served = (np.concatenate([np.empty(0, kind), *column]) for kind, column in zip((int, float, float), zip(*found)))
    order = np.argsort(places)
    return Scores(places[order], nats[order], served[order] if len(served) else None)

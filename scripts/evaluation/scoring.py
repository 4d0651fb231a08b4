"""What texts cost a model, token by token, from one pass without generating anything."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from evaluation.batches import Batches
from evaluation.sampling import log_probabilities, numbers_alone
from trainer.attention import use_attention, with_attention
from trainer.leak_check import choose_attention
from trainer.loss import logits_of_targets
from trainer.memory import MAX_TOKENS_AT_ONCE
from trainer.packing import collate


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
    """Scores with one model. `attention` is that of its run, or chosen here for a model on the CPU."""

    def __init__(self, model, machine, context, warn=print, attention=None):
        self.model = model
        self.machine = machine
        self.warn = warn
        self.attention = use_attention(model, attention, machine) if attention else choose_attention(model, "auto", context, machine)

    def split(self, packed, way=None, max_rows=None, on_progress=lambda done, total: None, seed=0):
        """Scores of the targets in so many rows chosen at random; by a `way` of drawing also what they cost as they are served."""
        rows = np.random.default_rng(seed).permutation(len(packed))[:max_rows].tolist()
        places, costs, done = [], [], 0
        for batch, found in self._batches(packed.context).run(rows, lambda batch: (batch, self._costs(packed.batch(batch), way))):
            places.append(packed.target_places(batch))
            costs.append(found)
            done += len(batch)
            on_progress(done, len(rows))
        return in_order(np.concatenate(places), np.concatenate(costs, axis=1))

    def pieces(self, pieces, on_progress=lambda done, total: None):
        """What each of the pieces (ids, weights as targets) costs in all."""
        order = sorted(range(len(pieces)), key=lambda index: len(pieces[index][0]))
        sums, done = np.zeros(len(pieces)), 0
        batches = self._batches(max((len(ids) for ids, _ in pieces), default=1))
        for batch, (nats,) in batches.run(order, lambda batch: (batch, self._costs(collate([[pieces[i]] for i in batch])))):
            lengths = [int((pieces[index][1] > 0).sum()) for index in batch]
            sums[batch] = [part.sum() for part in np.split(nats, np.cumsum(lengths)[:-1])]
            done += len(batch)
            on_progress(done, len(pieces))
        return sums

    def _batches(self, length):
        """Of rows of so many tokens."""
        return Batches(max(1, MAX_TOKENS_AT_ONCE[self.machine.device] // length), self.warn)

    @torch.no_grad()
    def _costs(self, batch, way=None):
        """Nats of each target, and below them what they are when they are drawn in some way."""
        batch = with_attention(batch, self.attention, self.machine.device)
        with self.machine.autocast():
            chunks = [costs_of_chunk(logits, ids, way) for logits, ids in logits_of_targets(self.model, batch)]
        return torch.cat(chunks, dim=1).double().cpu().numpy()


def costs_of_chunk(logits, ids, way):
    nats = F.cross_entropy(numbers_alone(logits), ids, reduction="none")
    return torch.stack([nats, -log_probabilities(logits, ids, way)] if way else [nats])


def in_order(places, costs):
    order = np.argsort(places)
    nats, served = [*costs[:, order], None][:2]
    return Scores(places[order], nats, served)

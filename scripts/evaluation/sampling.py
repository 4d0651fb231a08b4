"""Replies as a model would write them: many at once, each under several ways of drawing."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import DynamicCache

from evaluation.batches import Batches
from trainer.attention import use_attention
from trainer.events import Problem

BATCH = 32
ROWS = 2 * BATCH  # Replies in work at once, where each context is answered in many ways.


@dataclass(frozen=True)
class Way:
    """How the next token is drawn, in the order of llama.cpp: what is unlikely is cut off first, then comes the temperature.

    `top_k` 0 draws from the whole vocabulary; `min_p` is a share of the likeliest's probability; a temperature of 0 takes the
    likeliest.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0


AS_LEARNED = Way()
LIKELIEST = 200  # As the engine of chat and bot cuts off; see `src/serve/engines/llama.ts`.


def served_way(temperature, top_p, min_p):
    """As chat and bot draw."""
    return Way(temperature, top_p, LIKELIEST, min_p)


def candidates(logits, way):
    """Ids that may come next (None: all, in their order) and the logarithm of each one's probability, [rows, candidates]."""
    if way == AS_LEARNED:
        return None, logits.log_softmax(-1)
    count = logits.shape[-1] if way.top_k == 0 else min(way.top_k, logits.shape[-1])
    logs, ids = logits.log_softmax(-1).topk(1 if way.temperature == 0 else count)
    shares = logs.softmax(-1)
    kept = (shares.cumsum(-1) - shares < way.top_p) & (shares >= way.min_p * shares[:, :1])
    kept[:, 0] = True
    return ids, (logs / (way.temperature or 1.0)).masked_fill(~kept, -torch.inf).log_softmax(-1)


def log_probabilities(logits, targets, way):
    """Of drawing each row's target; minus infinity where it was cut off."""
    ids, logs = candidates(logits, way)
    if ids is None:
        return logs.gather(-1, targets[:, None])[:, 0]
    return logs.masked_fill(ids != targets[:, None], -torch.inf).amax(-1)


def draw(logits, way, numbers):
    """The token of each row, by a number between 0 and 1."""
    ids, logs = candidates(logits, way)
    sums = logs.exp().cumsum(-1)
    places = torch.searchsorted(sums, (numbers[:, None] * sums[:, -1:])).clamp(max=sums.shape[-1] - 1)
    return (places if ids is None else ids.gather(-1, places))[:, 0]


class Sampler:
    """Draws replies with one model. A reply depends on its context, the seed and the way alone, and on its batch by rounding at most."""

    def __init__(self, model, reader, machine, seed, max_tokens, batch=BATCH, warn=print):
        self.model = model
        self.machine = machine
        self.newline = reader.newline
        self.ends = torch.tensor(sorted(reader.ends), device=machine.device)
        self.padding = min(reader.ends)
        self.seed = seed
        self.max_tokens = max_tokens
        self.batches = Batches(batch, warn)
        use_attention(model, "dense", machine)

    def replies(self, contexts, ways, chosen=None):
        """Yields lists of (index of its context, index of its way, ids) as they are done, contexts of like length together.

        `chosen` are indices of contexts; None: all.
        """
        order = sorted(range(len(contexts)) if chosen is None else chosen, key=lambda index: len(contexts[index]))
        yield from self.batches.run(order, lambda chosen: self._replies_to(chosen, contexts, ways))

    @torch.no_grad()
    def _replies_to(self, chosen, contexts, ways):
        with self.machine.autocast():
            rows = Rows(self, [contexts[index] for index in chosen], ways)
            numbers = self._numbers(chosen, len(ways))
            for step in range(self.max_tokens):
                if not rows.go_on(numbers[:, step]):
                    break
        return [(index, way, rows.written[at * len(ways) + way]) for at, index in enumerate(chosen) for way in range(len(ways))]

    def _numbers(self, chosen, ways):
        generators = (np.random.default_rng([self.seed, index, way]) for index in chosen for way in range(ways))
        rows = [generator.random(self.max_tokens) for generator in generators]
        return torch.from_numpy(np.array(rows, np.float32)).to(self.machine.device)


class Rows:
    """Replies in progress: each context is read once, and goes on once for every way of drawing."""

    def __init__(self, sampler, contexts, ways):
        self.sampler = sampler
        self.ways = ways
        self.written = [[] for _ in range(len(contexts) * len(ways))]
        self.open = torch.arange(len(self.written), device=sampler.machine.device)
        self.cache = DynamicCache(config=sampler.model.config)
        ids, self.mask = padded(contexts, sampler.padding, sampler.machine.device)
        self.logits = self._read(ids, (self.mask.cumsum(-1) - 1).clamp(min=0)).repeat_interleave(len(ways), 0)
        self.cache.batch_repeat_interleave(len(ways))
        self.mask = self.mask.repeat_interleave(len(ways), 0)
        self.last = torch.full_like(self.open, -1)

    def _read(self, ids, positions):
        output = self.sampler.model(
            input_ids=ids,
            attention_mask=self.mask,
            position_ids=positions,
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return numbers_alone(output.logits[:, -1].float())

    def go_on(self, numbers):
        """Writes a token to each open reply; whether any is open still."""
        tokens = self._draw(numbers[self.open])
        for row, token in zip(self.open.tolist(), tokens.tolist()):
            self.written[row].append(token)
        is_newline = tokens == self.sampler.newline
        is_over = torch.isin(tokens, self.sampler.ends) | (is_newline & (self.last == self.sampler.newline))
        left = (~is_over).nonzero().flatten()
        if len(left) == 0:
            return False
        self._keep(left, tokens)
        self.logits = self._read(self.last[:, None], self.mask.sum(-1, keepdim=True) - 1)
        return True

    def _draw(self, numbers):
        of_way, tokens = self.open % len(self.ways), torch.empty_like(self.open)
        for index, way in enumerate(self.ways):
            rows = of_way == index
            if rows.any():
                tokens[rows] = draw(self.logits[rows], way, numbers[rows])
        return tokens

    def _keep(self, left, tokens):
        """Forgets the replies that are over."""
        if len(left) < len(tokens):
            self.cache.batch_select_indices(left)
            self.mask, self.open = self.mask[left], self.open[left]
        self.last = tokens[left]
        self.mask = torch.cat([self.mask, torch.ones_like(self.last)[:, None]], -1)


def numbers_alone(logits):
    """Logits of a model that works; whatever a broken one says would look like figures of one."""
    if logits.isnan().any():
        raise Problem(
            "The model answers with what is no number (NaN), so nothing can be measured",
            "Its weights are damaged, or its training diverged: train again at a lower rate: persona train --learning-rate 1e-5",
        )
    return logits


def padded(contexts, padding, device):
    """Contexts that end together, and which of their tokens count."""
    length = max(map(len, contexts))
    ids = torch.full((len(contexts), length), padding)
    mask = torch.zeros_like(ids)
    for row, context in enumerate(contexts):
        ids[row, length - len(context) :] = torch.as_tensor(context)
        mask[row, length - len(context) :] = 1
    return ids.to(device), mask.to(device)

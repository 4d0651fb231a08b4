"""How well a model does on words it never saw, and when a step is not to be trusted."""

import math
import statistics
from dataclasses import dataclass

import numpy as np
import torch

from trainer.attention import with_attention
from trainer.events import Problem
from trainer.loss import nats_of_targets
from trainer.shards import OTHERS, PERSONA
from trainer.sharding import free_gathered
from trainer.words import bits_per_byte, persona_bytes

MIN_HISTORY = 20  # steps


@dataclass
class Measured:
    """Mean losses in nats a token on the persona's words and the others', which is general; ends of turns count as words.

    `words` are those of each conversation, without ends and breaks: bits and bytes of the persona's, then of the others'.
    """

    loss: float
    tokens: int
    general_loss: float | None
    general_tokens: int
    words: list

    @property
    def event(self):
        return {
            "loss": self.loss,
            "tokens": self.tokens,
            "generalLoss": self.general_loss,
            "generalTokens": self.general_tokens,
            "personaBytes": persona_bytes(self.words),
            "personaBitsPerByte": bits_per_byte(self.words, persona=True),
            "othersBitsPerByte": bits_per_byte(self.words, persona=False),
        }


class Evaluator:
    """Measures a model on held-out rows, at the words of the persona and of everybody else, in one pass.

    `word_bytes` holds how many bytes of somebody's text each token of the split stands for.
    """

    def __init__(self, packed, word_bytes, max_rows, runtime):
        self.packed = packed
        self.word_bytes = word_bytes
        self.chosen = range(0, len(packed), max(1, math.ceil(len(packed) / max_rows)))
        self.runtime = runtime

    def measure(self, model, micro_batch, shape=None):
        """None when it was asked to stop on the way. `shape` is (rows, tokens) of every batch, where it must be one."""
        was_training = model.training
        model.eval()
        nats, places, was_stopped = self._nats(model, micro_batch, shape)
        model.train(was_training)
        free_gathered(model)
        sums = sums_by_conversation(self.packed.split, self.word_bytes, nats, places)
        runtime = self.runtime
        *all_sums, stops = runtime.team.sum(*sums.ravel(), int(was_stopped), device=runtime.machine.device)
        if stops:
            return None
        persona, others = np.reshape(all_sums, sums.shape)
        measured = summed_up(persona, others)
        if not math.isfinite(measured.loss):
            raise Problem(f"The held-out loss became {measured.loss}", "Use a lower --learning-rate, --precision fp32, or another base.")
        return measured

    @property
    def rows(self):
        """How many rows one measurement goes through."""
        return len(self.chosen)

    def _nats(self, model, micro_batch, shape):
        """What each target of this process's rows costs, and which tokens of the split they are."""
        nats, measured, was_stopped = [], [], False
        machine = self.runtime.machine
        for own in self.runtime.team.batches(self.chosen, micro_batch):
            if was_stopped := self.runtime.stop.requested:
                break
            batch = with_attention(self.packed.batch(own, shape), self.runtime.attention, machine.device)
            with machine.autocast():
                nats.append(nats_of_targets(model, batch))
            measured += own
        found = torch.cat(nats).double().cpu().numpy() if nats else np.empty(0)
        return found, self.packed.target_places(measured), was_stopped


def sums_by_conversation(split, word_bytes, nats, places):
    """[persona or others, nats and number of targets and bits and bytes of words, conversation] of so many targets."""
    conversations = np.searchsorted(split.offsets, places, "right") - 1
    lengths = word_bytes[places]
    bits = np.where(lengths > 0, nats / math.log(2), 0.0)
    values = np.stack([nats, np.ones_like(nats), bits, lengths])
    sums = np.zeros((2, len(values), len(split.offsets)))
    for of_one, code in zip(sums, (PERSONA, OTHERS)):
        theirs = split.mask[places] == code
        for row, value in zip(of_one, values):
            row += np.bincount(conversations[theirs], value[theirs], len(row))
    return sums


def words_by_conversation(persona, others):
    """Bits and bytes of the persona's words and of the others', a line a conversation; see `trainer/words.py`."""
    return np.concatenate([persona[2:], others[2:]]).T


def summed_up(persona, others):
    (nats, tokens, *_), (general_nats, general_tokens, *_) = persona.sum(axis=1), others.sum(axis=1)
    words = words_by_conversation(persona, others)
    return Measured(
        loss=nats / tokens if tokens else math.nan,
        tokens=int(tokens),
        general_loss=general_nats / general_tokens if general_tokens else None,
        general_tokens=int(general_tokens),
        words=words[words.any(axis=1)].tolist(),
    )


def has_gone_wrong(step, recent):
    """Why a step cannot be trusted, or None: its loss or gradients are not finite, or the loss jumped far out of its band.

    `recent` holds the losses of the last steps; a jump is more than 6 deviations and half again of their mean.
    """
    if not math.isfinite(step.loss) or not math.isfinite(step.norm):
        return f"the loss became {step.loss}, the norm of the gradients {step.norm}"
    if len(recent) < MIN_HISTORY:
        return None
    mean, deviation = statistics.fmean(recent), statistics.pstdev(recent)
    if step.loss > 1.5 * mean and step.loss > mean + 6 * deviation:
        return f"the loss jumped from {mean:.3f} to {step.loss:.3f}"
    return None

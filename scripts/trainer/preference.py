"""The loss of a refinement: the real reply's words are learned as ever, and the real reply is preferred to the run's own.

    mean over real tokens of -log p  +  mean over pairs of -log σ(β · margin)
    margin = (log p(real) - log p_before(real)) - (log p(own) - log p_before(own))

The second part is DPO (Rafailov et al. 2023) against the model's own replies, as in SPIN (Chen et al. 2024) and DITTO
(Shaikh et al. 2024); the first keeps what is preferred likely, where DPO alone is content if both become rarer.
"""

import torch
import torch.nn.functional as F

from trainer.loss import backward_from, hidden_states, logits_from, nats_of, targets_of

BETA = 0.1


class Preference:
    """The loss on `rows` of pairs; takes the place of `loss.backward`."""

    def __init__(self, rows, beta=BETA):
        self.beta = beta
        # What a pair counts beside a token, so that both parts can be summed over micro-batches and divided once.
        self.weight = rows.supervised_tokens / len(rows.pairs)

    def backward(self, model, batch, total_weight):
        """Adds the gradients of this micro-batch's part of the loss; returns that part times `total_weight`.

        How much a pair pulls follows from the whole of its replies, so the head runs twice: to know the margins, and then as
        for any loss, since all that DPO does to a token is to give it a weight, which for the run's own reply is negative.
        """
        before, ids, _ = targets_of(hidden_states(model, batch), batch)
        with torch.no_grad():
            nats = nats_of(logits_from(model, before, ids)).double()
        reply = replies_of_targets(batch["reply_lengths"], len(ids))
        is_real = reply % 2 == 0
        margins = margins_of(nats, reply, batch)
        pull = (self.weight * self.beta * torch.sigmoid(-self.beta * margins))[reply // 2]
        backward_from(model, before, ids, torch.where(is_real, 1 + pull, -pull).float(), total_weight)
        return (nats * is_real).sum() - self.weight * F.logsigmoid(self.beta * margins).sum()


def replies_of_targets(lengths, count):
    """Which reply of the batch each of so many targets belongs to."""
    indices = torch.arange(len(lengths), device=lengths.device)
    return indices.repeat_interleave(lengths, output_size=count)


def margins_of(nats, reply, batch):
    """By how much more than before training each pair's real reply is preferred, in nats."""
    costs = torch.zeros(len(batch["reply_lengths"]), dtype=nats.dtype, device=nats.device).index_add(0, reply, nats)
    return costs[1::2] - costs[::2] - batch["references"]

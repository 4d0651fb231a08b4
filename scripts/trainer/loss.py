"""The loss on the targets alone: the head of the model runs only where there is one, a chunk at a time."""

import torch
import torch.nn.functional as F

CHUNK = 1024  # targets; [1024, 50257] logits in fp32 are 206 MB


def hidden_states(model, batch):
    """What the model's body gives for a packed batch: [rows, length, width]."""
    if "apart" in batch:
        return batch["apart"].hidden_states(body_of(model), batch["ids"])
    output = body_of(model)(
        input_ids=batch["ids"],
        position_ids=batch["positions"],
        use_cache=False,  # With a cache, transformers builds another mask: neighbours leak.
        **batch["attention"],
    )
    return output.last_hidden_state


def body_of(model):
    """All of the model but its head. Sharded weights are gathered only for the one that `sharding.shard` has put there."""
    base = causal_model(model)
    return getattr(base, "sharded_body", None) or getattr(base, base.base_model_prefix, None) or base.model


def causal_model(model):
    """The model itself, also when peft has wrapped it."""
    return model.get_base_model() if hasattr(model, "peft_config") else model


def scores(model, states):
    """The logits of hidden states: what the head makes of them, and what some families do to that."""
    base = causal_model(model)
    logits = base.get_output_embeddings()(states)
    if scale := getattr(base.config, "logit_scale", None) or getattr(base.config, "lm_head_multiplier", None):
        logits = logits * scale
    if divisor := getattr(base.config, "logits_scaling", None):
        logits = logits / divisor
    if cap := getattr(base.config, "final_logit_softcapping", None):
        logits = cap * torch.tanh(logits / cap)
    return logits


def targets_of(hidden, batch):
    """Hidden states before each target [n, width], the target ids [n] and their weights [n]."""
    before, after = batch["targets"], batch["targets"] + 1
    return hidden.flatten(0, 1).index_select(0, before), batch["ids"].flatten()[after], batch["weights"].flatten()[after]


def backward(model, batch, total_weight):
    """Adds the gradients of this micro-batch's part of the loss; returns that part, summed and weighted, in nats.

    `total_weight` is that of the whole accumulated batch, so that the accumulated loss is the mean over its targets.
    The logits of all targets never exist at once: each chunk is differentiated down to the hidden states, which then
    carry the sum through the body. The result is a tensor: reading it waits for the device.
    """
    return backward_from(model, *targets_of(hidden_states(model, batch), batch), total_weight)


def backward_from(model, before, ids, weights, total_weight):
    """The same from the hidden states before the targets."""
    total = torch.zeros((), dtype=torch.float64, device=before.device)
    leaf = before.detach().requires_grad_()
    for chunk in range(0, max(1, len(ids)), CHUNK):  # Without targets too: sharded weights want a gradient of every process.
        span = slice(chunk, chunk + CHUNK)
        loss = weighted_loss(scores(model, leaf[span]), ids[span], weights[span])
        (loss / total_weight).backward()
        total += loss.detach()
    before.backward(leaf.grad)
    return total


@torch.no_grad()
def nats_of_targets(model, batch):
    """What each target of a batch costs, in nats [n]; a tensor, as reading it waits for the device."""
    return nats_of(logits_of_targets(model, batch))


def logits_of_targets(model, batch):
    """Yields the logits before the targets of a batch, and the targets' ids, a chunk at a time; one of none without targets."""
    before, ids, _ = targets_of(hidden_states(model, batch), batch)
    yield from logits_from(model, before, ids)


def logits_from(model, before, ids):
    """The same from the hidden states before the targets."""
    for chunk in range(0, max(1, len(ids)), CHUNK):
        span = slice(chunk, chunk + CHUNK)
        yield scores(model, before[span]).float(), ids[span]


def nats_of(chunks):
    return torch.cat([F.cross_entropy(logits, ids, reduction="none") for logits, ids in chunks])


def weighted_loss(logits, ids, weights):
    return (F.cross_entropy(logits.float(), ids, reduction="none") * weights).sum()

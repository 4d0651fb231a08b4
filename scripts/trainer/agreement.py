"""How far a GGUF is from the model it was made of, measured on held-out text.

The file is read back, its tensors are de-quantised, and both run in PyTorch in fp32: what differs is what was rounded
away. The arithmetic of the engine that serves the file is measured by the tests of the engine.
"""

import copy

import torch

from trainer.attention import use_attention, with_attention
from trainer.loss import hidden_states, scores

MIN_AGREEMENT = {"f16": 0.99, "q8_0": 0.97}
NEAR_TIE_NATS = 0.1


def load_gguf(path, config):
    """The model of a GGUF with its tensors de-quantised to fp32; None when transformers cannot read its architecture.

    `config` is the model's own: a GGUF does not tell how many positions a GPT-2 knows.
    """
    from transformers import AutoModelForCausalLM

    for known in ({"config": copy.deepcopy(config)}, {}):
        try:
            return AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32, **known).eval()
        except Exception:  # Of whatever kind: what is not read is not compared.
            continue
    return None


@torch.no_grad()
def compare(model, other, split, positions, device="cpu"):
    """Top-1 agreement, divergence and logit distance of two models on at least `positions` positions, where there are as many.

    A near-tie is a position where the first two choices of `model` lie within 0.1 nats: there rounding may decide.
    """
    for each in (model, other):
        use_attention(each, "apart", None)
        each.to(device).eval()
    totals = {"positions": 0, "agreements": 0, "nearTies": 0, "disagreementsBeyondTies": 0, "divergence": 0.0, "distance": 0.0}
    worst_divergence = worst_distance = 0.0
    for row in range(len(split)):
        if totals["positions"] >= positions:
            break
        batch = with_attention(split.batch([row]), "apart", device)
        inside = batch["documents"] >= 0
        for ours, theirs in zip(*(logits_of(each, batch, inside) for each in (model, other))):
            found = compare_logits(ours, theirs)
            worst_divergence = max(worst_divergence, found.pop("worstDivergence"))
            worst_distance = max(worst_distance, found.pop("worstDistance"))
            for name, value in found.items():
                totals[name] += value
    count = max(1, totals["positions"])
    return {
        "positions": totals["positions"],
        "top1Agreement": totals["agreements"] / count,
        "nearTies": totals["nearTies"],
        "disagreementsBeyondTies": totals["disagreementsBeyondTies"],
        "meanDivergence": totals["divergence"] / count,
        "worstDivergence": worst_divergence,
        "meanLogitDistance": totals["distance"] / count,
        "worstLogitDistance": worst_distance,
    }


def logits_of(model, batch, inside, chunk=256):
    states = hidden_states(model, batch)[inside]
    return (scores(model, states[at : at + chunk]).float() for at in range(0, len(states), chunk))


def compare_logits(ours, theirs):
    best = ours.topk(2, dim=-1)
    is_tie = best.values[:, 0] - best.values[:, 1] < NEAR_TIE_NATS
    agrees = best.indices[:, 0] == theirs.argmax(-1)
    ours, theirs = ours.log_softmax(-1), theirs.log_softmax(-1)
    divergence = (ours.exp() * (ours - theirs)).sum(-1).clamp(min=0)
    distance = (ours - theirs).abs()
    return {
        "positions": len(ours),
        "agreements": int(agrees.sum()),
        "nearTies": int(is_tie.sum()),
        "disagreementsBeyondTies": int((~agrees & ~is_tie).sum()),
        "divergence": divergence.sum().item(),
        "distance": distance.mean(-1).sum().item(),
        "worstDivergence": divergence.max().item(),
        "worstDistance": distance.max().item(),
    }


def shortfall(kind, found):
    """Why an agreement is too low, or None."""
    if found["top1Agreement"] >= MIN_AGREEMENT[kind]:
        return None
    return (
        f"The {kind} file chooses the same word as the model at {100 * found['top1Agreement']:.1f} % of {found['positions']:,} "
        f"held-out positions, less than {100 * MIN_AGREEMENT[kind]:.0f} %."
    )

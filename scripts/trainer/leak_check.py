"""Whether packed documents are what they are alone: tried on the model itself, with the attention chosen, at every start."""

import torch

from trainer.attention import use_attention, with_attention
from trainer.events import Problem
from trainer.loss import body_of, causal_model, hidden_states, scores
from trainer.packing import collate
from trainer.sharding import free_gathered


def choose_attention(model, asked, context, machine):
    """Sets the attention that was asked for, or the fastest that is right for a model on the CPU; returns its name."""
    if asked != "auto":
        return use_attention(model, asked, machine)
    for name in ("sdpa", "dense", "apart"):
        try:
            use_attention(model, name, machine)
            check_documents_are_apart(model, name, context, machine.on_cpu())
            return name
        except Exception as error:  # Some take no mask, or no positions.
            failure = error
    raise failure


@torch.no_grad()
def check_documents_are_apart(model, name, context, machine):
    """A document must come out the same alone, by the model's own code, and packed behind any other document.

    Refuses a model and attention that fail: neighbours would leak, or positions, windows or score rules be lost.
    """
    length = max(2, min(16, context // 2))
    head = causal_model(model).get_output_embeddings()
    pieces = torch.randint(0, head.weight.shape[0], (3, length), generator=torch.Generator().manual_seed(0)).numpy()
    was_training = model.training
    model.eval()
    with machine.autocast():
        states, logits = plain_output(model, torch.from_numpy(pieces[2:]).to(machine.device))
        lean_logits = scores(model, states)
        packed = []
        for first in pieces[:2]:
            batch = collate([[(first, first * 0.0), (pieces[2], pieces[2] * 0.0)]])
            packed.append(hidden_states(model, with_attention(batch, name, machine.device))[:, length : 2 * length])
    model.train(was_training)
    free_gathered(model)
    exact, rounded = (1e-5, 1e-4) if machine.precision == "fp32" else (1e-2, 5e-2)
    if logits.isnan().any() or not states.isfinite().all():
        raise Problem("The base's own output holds infinities or what is no number", "Train in full precision (persona train --precision fp32), or copy the base again.")
    if not distance(packed[0], packed[1]) <= exact:  # So that NaN is refused as well.
        raise Problem(
            "This model lets packed conversations see each other",
            "Try persona train --attention apart, or choose another base: this one's attention ignores the mask.",
        )
    if not distance(packed[0], states) <= rounded:
        raise Problem(
            f"With the attention {name} this model's output differs from its reference implementation's",
            "Try persona train --attention apart, or choose another base.",
        )
    if not distance(lean_logits, logits) <= rounded:
        raise Problem(
            "This model changes its logits after the output head (soft-capping, for example), which this trainer's loss would skip",
            "Choose another base, such as gpt2-large.",
        )


def distance(found, expected):
    return ((found.float() - expected.float()).abs().max() / max(1.0, expected.abs().max().item())).item()


def plain_output(model, ids):
    """Hidden states and logits of documents of their own, by the model's plainest code."""
    base = causal_model(model)
    chosen = base.config._attn_implementation
    if base._can_set_attn_implementation():
        base.set_attn_implementation("eager")
    try:
        return body_of(model)(input_ids=ids, use_cache=False).last_hidden_state, base(input_ids=ids, use_cache=False).logits
    finally:
        if base._can_set_attn_implementation():
            base.set_attn_implementation(chosen)

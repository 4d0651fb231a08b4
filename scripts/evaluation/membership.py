"""Whether somebody who holds a message can tell that the run was trained on it.

By how much cheaper training has made it, a token, than it was to the base (the ratio attack of Carlini et al. 2021, with
the base as its reference): messages of training against held-out ones of the same person.
"""

import numpy as np

from evaluation.messages import costs
from evaluation.statistics import auc_by_group, true_positive_rate
from evaluation.two_sample import MIN_REPLIES, TooFew


def membership(trained, held_out):
    """`trained` and `held_out` are (messages, scores by the base, scores by the run)."""
    members, others = gains(*trained), gains(*held_out)
    if min(len(members), len(others)) < MIN_REPLIES:
        raise TooFew(
            f"There are {len(members)} messages of training and {len(others)} held-out ones with enough words, "
            f"and it takes {MIN_REPLIES} of each"
        )
    groups = [f"trained {message.conversation}" for message in trained[0]]
    groups += [f"held out {message.conversation}" for message in held_out[0]]
    values, is_member = np.concatenate([members, others]), np.arange(len(members) + len(others)) < len(members)
    ranked = {"auc": auc_by_group(values, is_member, groups), "tprAt1": true_positive_rate(members, others)}
    return {**ranked, "messages": len(members), "heldOut": len(others)}


def gains(messages, base, run):
    lengths = np.array([message.last - message.first for message in messages])
    return (costs(messages, base.nats) - costs(messages, run.nats)) / np.maximum(1, lengths)

"""How much is measured: all that was asked for, or as much as the time allows at the pace of this machine."""

from dataclasses import dataclass

from evaluation.relevance import MAX_CONTEXT

# Shares of the time that is left after loading and the trial. Classifiers and reading the training text take the rest.
SAMPLING, HELD_OUT, TRAINING, RELEVANCE = 0.4, 0.15, 0.15, 0.15
BASE = 1.15  # Of what the run's replies cost in two ways: the base seldom ends its turn before the limit.
PIECES = 4  # Of a context: the real and the generated reply, each with its own and with another context.
LEAST = 32  # Of fewer replies, a classifier learns nothing.
LEAST_JUDGED = 8
LEAST_TOKENS = {"held out": 4096, "training": 2048}  # Of fewer, neither specificity nor membership is known.
MAX_RELEVANCE = 300  # Contexts; more would narrow the interval little.
MAX_TRAINING_ROWS = 1000  # Some million tokens, by which the expected number of messages is known well enough.


@dataclass(frozen=True)
class Sizes:
    """Contexts that are answered and judged, and rows of either split that are scored."""

    replies: int
    relevance: int
    held_out_rows: int | None  # None: all.
    training_rows: int | None


def all_of(replies, full):
    return Sizes(replies, min(replies, MAX_RELEVANCE), None, None if full else MAX_TRAINING_ROWS)


def within(seconds, replies, tried, a_reply, a_token, context):
    """What fits into so many seconds, when a reply takes so long (drawn in two ways) and a token so long to score.

    The run has answered `tried` of the contexts already.
    """
    rows = lambda share, least: max(-(-least // context), int(share * seconds / (2 * a_token * context)))
    answered = int((SAMPLING * seconds / a_reply + tried) / (1 + BASE))
    judged = int(RELEVANCE * seconds / (PIECES * MAX_CONTEXT * a_token))
    answered = max(min(LEAST, replies), min(replies, answered))
    judged = max(min(LEAST_JUDGED, answered), min(answered, judged, MAX_RELEVANCE))
    held_out, training = rows(HELD_OUT, LEAST_TOKENS["held out"]), rows(TRAINING, LEAST_TOKENS["training"])
    return Sizes(answered, judged, held_out, min(training, MAX_TRAINING_ROWS))

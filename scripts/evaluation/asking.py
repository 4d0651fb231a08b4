"""What only the models can say: their replies, and what texts cost them. Each is loaded only while it is asked."""

import time

from evaluation import sizes
from evaluation.canaries import costs_of
from evaluation.contexts import shown
from evaluation.relevance import relevance
from evaluation.sampling import BATCH, ROWS, Sampler
from evaluation.scoring import Scorer
from trainer.events import warning_to
from trainer.packing import packed_words, piece

TRIAL = BATCH  # Contexts by which the pace of this machine is known: a batch takes as long as its longest reply.


class Asking:
    """Asks the run and its base about held-out `questions`, and keeps what they say in the folder."""

    def __init__(self, reader, shards, models, folder, questions, served, max_tokens, seed, emit):
        self.reader, self.shards, self.models, self.folder = reader, shards, models, folder
        self.questions = questions
        self.served = served
        self.max_tokens = max_tokens
        self.packed = {}
        self.canaries = models.canaries
        self.seed = seed
        self.emit, self.warn = emit, warning_to(emit)
        kept = folder.read("sizes")
        self.sizes = kept and sizes.Sizes(**kept)

    def ask(self, name, ways, choose_sizes=None):
        """`ways` are {source: way of drawing}; `choose_sizes` is told how to measure the pace, unless sizes are known."""
        if self._has_answered(name, ways):
            return
        self.emit("phase", name=f"loading the {name}")
        with self.models.loaded(name) as model:
            if self.sizes is None:
                self.sizes = choose_sizes(lambda: self._pace(model, ways))
                self.folder.write("sizes", vars(self.sizes))
            self.emit("phase", name=f"asking the {name}")
            self._answer(model, ways, self._unanswered(ways))
            scorer = self._scorer(model)
            self._score(scorer, "held-out", "val", name, self.sizes.held_out_rows)
            self._score(scorer, "training", "train", name, self.sizes.training_rows, self.served)
            if self.canaries is not None:
                self.folder.write(f"canaries-{name}", costs_of(self.canaries, scorer))
            if name == "base":
                self._judge_relevance(model)

    def _score(self, scorer, whose, split, name, rows, way=None):
        self.emit("phase", name=f"scoring {whose} words by the {name}")
        score = lambda: scorer.split(self._packed(split, self.models.context(scorer.model)), way, rows, self._progress, self.seed)
        self.folder.keep_scores(f"{split}-{name}", score)

    def _packed(self, split, context):
        """The same rows for both models; packing takes its time."""
        if (split, context) not in self.packed:
            self.packed[split, context] = packed_words(getattr(self.shards, split), context)
        return self.packed[split, context]

    def choose_sizes(self, pace, seconds, started, full):
        """All that there is, or what the time allows by a trial, some of whose contexts may have been answered before."""
        if seconds is None:
            return sizes.all_of(len(self.questions), full)
        self.emit("phase", name="measuring the pace")
        a_reply, a_token, context, answered = pace()
        left = max(1.0, seconds - (time.monotonic() - started))
        chosen = sizes.within(left, len(self.questions), answered, a_reply, a_token, context)
        if chosen.replies < len(self.questions):
            self.warn(f"{chosen.replies} of {len(self.questions)} held-out contexts are answered, to be done in time.")
        return chosen

    def left_to_the_engine(self):
        """Questions to which no reply as served is known."""
        known = self.folder.replies.found["served"]
        return [self._question(index) for index in range(len(self.questions)) if index not in known]

    def write_down_real_replies(self):
        """What the persona said to the questions that the models were asked."""
        known = self.folder.replies.found["real"]
        left = [(index, question) for index, question in enumerate(self.questions[: self.sizes.replies]) if index not in known]
        self.folder.replies.add([self._line("real", index, question.ids) for index, question in left])

    def draw_again(self, contexts, times):
        """The bubbles that the run says, as it is served, when it answers each context so many times."""
        self.emit("phase", name="asking for the likeliest messages")
        bubbles, done = [[] for _ in contexts], 0
        with self.models.loaded("run") as model:
            for batch in self._sampler(model, max(1, ROWS // times)).replies(contexts, [self.served] * times):
                for index, _, ids in batch:
                    bubbles[index] += self.reader.bubbles(ids)[0]
                self._progress(done := done + len(batch), times * len(contexts))
        return bubbles

    def _judge_relevance(self, model):
        """By the base: the real and the served replies in their own and in other contexts."""
        count = self.sizes.relevance
        served = {line["index"]: line["ids"] for line in self.folder.replies.of("served", count)}
        questions = self.questions[:count]
        sources = {"real": [each.ids for each in questions], "generated": [served.get(index) for index in range(count)]}
        self.emit("phase", name="measuring relevance")
        contexts, conversations = [each.context for each in questions], [each.conversation for each in questions]
        found = relevance(self._scorer(model), contexts, conversations, sources, self._progress)
        is_known = found["real"] and found["generated"]
        self.folder.write("relevance", found if is_known else {"skipped": "All held-out replies are from one conversation"})

    def _has_answered(self, name, ways):
        if self.sizes is None or self._unanswered(ways) or (name == "base" and not self.folder.has("relevance")):
            return False
        has_canaries = self.canaries is None or self.folder.has(f"canaries-{name}")
        return has_canaries and all(self.folder.has_scores(f"{split}-{name}") for split in ("val", "train"))

    def _unanswered(self, ways, count=None):
        done = [self.folder.replies.found[source] for source in ways]
        return [index for index in range(count or self.sizes.replies) if not all(index in found for found in done)]

    def _pace(self, model, ways):
        """Seconds that a reply takes in all ways, that a token takes to be scored, the length of a row, and how many are answered."""
        total = len(self.questions)
        left = self._unanswered(ways, total)
        trial = left[:TRIAL] or range(min(TRIAL, total))
        a_reply = timed(lambda: self._answer(model, ways, trial)) / len(trial)
        scorer = self._scorer(model)
        contexts = [self.questions[index].context for index in trial]
        pieces = [piece(context[:1], context[1:]) for context in contexts]
        a_token = timed(lambda: scorer.pieces(pieces)) / sum(map(len, contexts))
        return a_reply, a_token, self.models.context(model), total - len(left[TRIAL:])

    def _scorer(self, model):
        return Scorer(model, self.models.machine, self.models.context(model), self.warn, self.models.attention)

    def _sampler(self, model, batch=BATCH):
        return Sampler(model, self.reader, self.models.machine, self.seed, self.max_tokens, batch, self.warn)

    def _answer(self, model, ways, chosen):
        contexts, sources, answered = [each.context for each in self.questions], list(ways), 0
        for batch in self._sampler(model).replies(contexts, list(ways.values()), chosen):
            known = self.folder.replies.found
            left = [(sources[way], index, ids) for index, way, ids in batch if index not in known[sources[way]]]
            self.folder.replies.add([self._line(*reply) for reply in left])
            answered += len(batch) // len(ways)
            self._progress(answered, len(chosen))

    def _line(self, source, index, ids):
        bubbles, has_ended = self.reader.bubbles(ids)
        return {"source": source, **self._question(index), "bubbles": bubbles, "ended": has_ended, "ids": ids}

    def _question(self, index):
        question = self.questions[index]
        context = shown(self.reader, self.shards.val, question)
        return {"index": index, "conversation": question.conversation, "context": context}

    def _progress(self, done, total):
        self.emit("progress", done=done, total=total)


def timed(work):
    started = time.monotonic()
    work()
    return time.monotonic() - started

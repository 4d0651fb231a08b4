"""Data to measure with where there is none: a split that was never on a disk."""

import numpy as np

from trainer.shards import NEXT_SPEAKER, OTHERS, PERSONA, Split


class InventedData(Split):
    """Conversations of random ids: lengths, turns and the persona's share are like those of real ones."""

    def __init__(self, size, tokens):
        random = np.random.default_rng(1)
        ids, mask, offsets, turns = [], [], [], []
        length = 0
        while length < tokens:
            offsets.append(length)
            for turn in range(int(random.integers(2, 60))):
                turns.append(length)
                words = int(min(random.lognormal(2.5, 0.8), size.context / 4)) + 1
                ids.append(random.integers(1, size.vocabulary, words + 1))
                mask.append([NEXT_SPEAKER] + [OTHERS if turn % 2 else PERSONA] * words)
                length += words + 1
        self.ids, self.mask = np.concatenate(ids), np.concatenate(mask).astype(np.uint8)
        self.offsets, self.turns = np.array(offsets), np.array(turns)
        self.manifest = {"endOfConversation": 0, "tokenizer": {"vocabularySize": size.vocabulary}}

"""Work in batches that shrink when memory runs out."""

import torch

from trainer.events import Problem
from trainer.step import is_out_of_memory


class Batches:
    """Hands items to `work` so many at once; what does not fit goes again as two halves, and later batches are smaller."""

    def __init__(self, size, warn=print):
        self.size = size
        self.warn = warn

    def run(self, items, work):
        """Yields `work(batch)` for all items, in their order."""
        at = 0
        while at < len(items):
            batch = items[at : at + self.size]
            has_fit, found = attempt(work, batch)
            if has_fit:
                at += len(batch)
                yield found
            else:
                self._shrink(len(batch))

    def _shrink(self, tried):
        if tried == 1:
            raise Problem("Memory ran out although only one text was in work", "Free some memory, or evaluate on the processor.")
        self.size = (tried + 1) // 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.warn(f"Out of memory: going on with {self.size} texts at once.")


def attempt(work, batch):
    """(True, what came of it), or (False, None) when memory ran out; behind the handler, whose error holds on to tensors."""
    try:
        return True, work(batch)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
    return False, None

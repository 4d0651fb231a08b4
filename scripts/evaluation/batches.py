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
            try:
                found = work(items[at : at + self.size])
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                self._shrink()
                continue
            at += self.size
            yield found

    def _shrink(self):
        if self.size == 1:
            raise Problem("Memory ran out although only one text was in work", "Free some memory, or evaluate on the processor.")
        self.size = (self.size + 1) // 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.warn(f"Out of memory: going on with {self.size} texts at once.")

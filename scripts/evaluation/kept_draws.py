"""What a calibration has drawn so far, so that one that was killed goes on there. It holds words, and goes once the choice is made."""

import json
from dataclasses import astuple

from evaluation.folder import DIRECTORY_MODE, DRAWS_OF_CALIBRATION, LineFile, is_object


class KeptDraws:
    """Wraps `draw(settings, rows)`: what a killed calibration of the same `plan` has drawn is not drawn again."""

    def __init__(self, run, plan, draw):
        self.path = run / "evaluation" / DRAWS_OF_CALIBRATION
        self.path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        self.draw = draw
        self.file = LineFile(self.path, is_object)
        if self.file.lines[:1] != [plan]:
            self.file.begin_anew([plan])
        self.left = self.file.lines[1:]

    def __call__(self, settings, rows):
        """The order of rounds follows from what was drawn, so it is the same each time."""
        asked = {"settings": [list(astuple(setting)) for setting in settings], "rows": list(rows)}
        if self.left and self.left[0]["asked"] == asked:
            return self.left.pop(0)["texts"]
        self.left = []
        texts = self.draw(settings, rows)
        self.file.add([{"asked": asked, "texts": texts}])
        return texts

    def remove(self):
        self.file.close()
        self.path.unlink()

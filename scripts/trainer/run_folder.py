"""The folder of a run: one trainer at a time writes it, and that one ends when it is asked to."""

import fcntl
import os
import signal
import threading
import time

from trainer.disk_errors import is_full
from trainer.events import Problem


class RunFolder:
    """The folder of one attempt, and a lock on its run that the kernel gives back when the process ends."""

    def __init__(self, run, attempt, patience_seconds=0):
        self.run = run
        self.directory = run / f"attempt-{attempt}"
        self.checkpoints = self.directory / "checkpoints"
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
            self.lock = open(run / "trainer.lock", "w")
        except OSError as error:
            if is_full(error):
                raise  # The caller says what to do about a full disk.
            raise Problem(
                f"The run's folder {run} cannot be written ({error.strerror})",
                "Make it writable for this user.",
            )
        # A trainer whose worker died is still saving when the run is adopted.
        deadline = time.monotonic() + patience_seconds
        while not self._take_lock():
            if time.monotonic() >= deadline:
                raise Problem("Another trainer is at work on this run", "Wait for it, or stop it: persona runs cancel RUN")
            time.sleep(0.1)

    def _take_lock(self):
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False


class StopRequest:
    """`requested` becomes true on SIGTERM and SIGINT, and when stdin closes because the parent died."""

    def __init__(self, watch_parent=False):
        self.requested = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._request)
        if watch_parent:
            when_parent_dies(self._request)

    def _request(self, *_):
        self.requested = True


def when_parent_dies(act):
    """Calls `act` from a thread of its own as soon as stdin closes."""

    def wait():
        while os.read(0, 4096):  # Not sys.stdin: its lock would be held when the interpreter ends.
            pass
        act()

    threading.Thread(target=wait, daemon=True).start()

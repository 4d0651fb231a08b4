"""What a killed trainer leaves on the disk: a picture of its folder before each of its file operations.

A process that is killed leaves its files as they were between two of its operations, or with half of one written. So
one run gives all that killing it anywhere could leave, without being killed.
"""

import hashlib
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "os.symlink"}
KEPT_WORDS = ("events.jsonl", "stderr.txt")


def train_apart(folder, run, words, before_change=None):
    """Runs the trainer in a process of its own; returns its exit code. What it says lies in the run's folder.

    `before_change(number, halve)` is called there before each change of the run's folder; `halve`, where the change is
    the content of a file, writes one half of it.
    """
    path = folder / run
    path.mkdir(exist_ok=True)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    code = 70
    try:
        for descriptor, name in enumerate(KEPT_WORDS, 1):
            os.dup2(os.open(path / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
        sys.argv = ["finetune.py", "--shards", str(folder / "shards"), "--run", str(path), *map(str, words)]
        import finetune

        if before_change:
            watch(path, before_change)
        finetune.main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def watch(folder, before_change):
    """Calls `before_change` at each change under a folder, from now on and for as long as this process lives."""
    place = str(folder)
    count, is_inside = 0, False

    def note(halve=None):
        nonlocal count, is_inside
        if is_inside:
            return
        is_inside = True
        try:
            count += 1
            before_change(count, halve)
        finally:
            is_inside = False

    def hook(event, arguments):
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, (str, os.PathLike)) and flags & (os.O_WRONLY | os.O_RDWR) and str(path).startswith(place):
                note()
        elif event in CHANGES and path_of(arguments).startswith(place):
            note()

    sys.addaudithook(hook)
    halve_writes(place, note)
    os.scandir = scan_by_name


class scan_by_name:
    """Lists a folder by name, as some file systems do; others remove a checkpoint's progress.json first by chance."""

    scan = os.scandir

    def __init__(self, *where):
        with self.scan(*where) as entries:
            self.entries = sorted(entries, key=lambda entry: entry.name)

    def __enter__(self):
        return self.entries

    def __exit__(self, *_):
        pass


def path_of(arguments):
    path, directory = str(arguments[0]), arguments[-1]
    if os.path.isabs(path) or not isinstance(directory, int) or directory < 0:
        return path
    return os.path.join(os.readlink(f"/proc/self/fd/{directory}"), path)


def halve_writes(place, note):
    """Lets whole contents be written in halves: those of `write_text`, and those of safetensors, which no hook hears of."""
    import safetensors.torch
    import transformers.modeling_utils
    from safetensors import SafetensorError

    from trainer import checkpoints

    write_text, save_file = Path.write_text, safetensors.torch.save_file

    def noted_text(path, text, *rest):
        if str(path).startswith(place):
            note(lambda: write_text(path, text[: len(text) // 2], *rest))
        return write_text(path, text, *rest)

    def noted_tensors(tensors, path, *rest, **named):
        def halve():
            save_file(tensors, path, *rest, **named)
            os.truncate(path, os.path.getsize(path) // 2)

        if str(path).startswith(place):
            try:
                note(halve)
            except OSError as error:
                raise SafetensorError(f"Error while serializing: I/O error: {error.strerror} (os error {error.errno})") from error
        save_file(tensors, path, *rest, **named)

    Path.write_text = noted_text
    checkpoints.save_file = transformers.modeling_utils.safe_save_file = noted_tensors


class Pictures:
    """Copies of a folder before each change; those that differ."""

    def __init__(self, folder, into):
        self.folder, self.into = folder, into
        self.seen = set()
        into.mkdir()

    def __call__(self, number, halve):
        self.take(f"{number:04d}")
        if halve:
            halve()
            self.take(f"{number:04d}-half")

    def take(self, name):
        content = fingerprint(self.folder)
        if content not in self.seen:
            self.seen.add(content)
            shutil.copytree(self.folder, self.into / name, symlinks=True)

    def __iter__(self):
        return iter(sorted(self.into.iterdir()))


def fingerprint(folder):
    files = sorted(path for path in folder.rglob("*") if path.name not in KEPT_WORDS)
    contents = (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in files)
    return tuple(zip(map(str, files), contents))


def fail_at(number, error):
    """Lets a change fail."""

    def before_change(count, halve):
        if count == number:
            if halve:
                halve()
            raise error

    return before_change


def terminate_at(number):
    def before_change(count, halve):
        if count == number:
            os.kill(os.getpid(), signal.SIGTERM)

    return before_change

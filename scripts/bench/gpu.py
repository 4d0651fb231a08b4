"""Measures in at most 8 minutes what docs/performance.md calls unmeasured without a GPU, and prints it as a Markdown table.

    python scripts/bench/gpu.py            # on a machine with a GPU: Python, PyTorch and transformers are enough
    python scripts/bench/gpu.py --small    # every part on a tiny model, on the CPU too: does it all run?
    python scripts/bench/gpu.py --parts trainer,plain-compiled

gpt2-large from random weights, rows of 1,024 tokens, bf16, invented conversations; nothing is fetched. Each part is a process
of its own, and its rows come as soon as they are measured: a part that fails, hangs or is left out for want of time has a row
as well, which says why. Exit code 1 when a part failed.

tokens/s counts no padding. Utilisation is the model's floating-point operations over what the GPU's data sheet promises; see
`trainer/record.py`. `peak` is the most that the GPU's tensors took, `plan` what the trainer had foreseen.
"""

import argparse
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

# Name → (function in `gpu_parts.py`, seconds that it may take), the most wanted first.
PARTS = {
    "trainer": ("trainer", 90),
    "plain-compiled": ("plain_compiled", 150),
    "trainer-compiled": ("trainer_compiled", 120),
    "generate": ("generating", 80),
    "8-bit-moments": ("moments", 80),
    "varlen": ("varlen", 80),
    "flex": ("flex", 100),
    "resume": ("resuming", 90),
    "checkpointing": ("checkpointing", 80),
    "plain": ("plain", 80),
}
COLUMNS = ["part", "tokens/s", "utilisation", "peak", "plan", "notes"]
LEAST_SECONDS = 15  # Less is not even enough to import torch and make the model.


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a tiny model: whether all of it runs, on a CPU too")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"those to measure (default: all): {', '.join(PARTS)}")
    parser.add_argument("--minutes", type=float, default=8, help="time that all of them may take together")
    parser.add_argument("--part", choices=["machine", *PARTS], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "machine":
        sys.exit(describe_machine(arguments.small))
    if arguments.part:
        measure(arguments.part, arguments.small)
    else:
        sys.exit(compare(arguments))


def compare(arguments):
    deadline = time.monotonic() + 60 * arguments.minutes
    names = arguments.parts.split(",")
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"Error: There is no part {', '.join(unknown)}.\n  Fix: Choose among {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    itself = [sys.executable, __file__, *(["--small"] if arguments.small else [])]
    # A process of its own here too: the driver keeps memory of a GPU for whoever has looked at it.
    if code := subprocess.run([*itself, "--part", "machine"]).returncode:
        return code
    print(f"\n| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}", flush=True)
    first_losses, has_failed = {}, False
    # Compiled code of their own: what a part that was stopped left half-written is found by nobody else.
    with tempfile.TemporaryDirectory(prefix="persona-bench-", ignore_cleanup_errors=True) as folder:
        caches = {name: f"{folder}/{name}" for name in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")}
        for name in names:
            seconds = min(PARTS[name][1] * arguments.minutes / 8, deadline - time.monotonic())
            for row in rows_of(name, [*itself, "--part", name], seconds, {**os.environ, **caches}):
                print(line_of(row, first_losses), flush=True)
                has_failed |= row.get("failed", False)
    return int(has_failed)


def describe_machine(small):
    """Says what is measured on, or in two lines what it lacks."""
    try:
        import torch
        import transformers
    except ImportError as error:
        print(f"Error: {error}.\n  Fix: pip install torch transformers safetensors", file=sys.stderr)
        return 1
    if not torch.cuda.is_available() and not small:
        print("Error: PyTorch finds no GPU.\n  Fix: See nvidia-smi, or add --small to try every part on the CPU.", file=sys.stderr)
        return 1
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    built_for = f"CUDA {torch.version.cuda}" if torch.version.cuda else f"ROCm {torch.version.hip}" if torch.version.hip else "CPUs"
    model = "a model of one layer, which says nothing about speed" if small else "gpt2-large from random weights, rows of 1,024 tokens"
    print(f"{name}, torch {torch.__version__} for {built_for}, transformers {transformers.__version__}; {model}, bf16.", flush=True)
    return 0


def rows_of(name, command, seconds, environment=None):
    """Yields what a part says as it says it, and one more row when it does not come to its end."""
    if seconds < LEAST_SECONDS:
        yield {"name": name, "note": "left out: the time is over"}
        return
    with tempfile.TemporaryFile("w+", errors="replace") as words:
        # A group of its own: compilers and loaders that it starts end with it.
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, text=True, start_new_session=True, env=environment)
        lines = queue.Queue()
        threading.Thread(target=read_lines, args=(child.stdout, lines), daemon=True).start()
        deadline = time.monotonic() + seconds
        is_ended = False
        try:
            while (line := lines.get(timeout=max(0.01, deadline - time.monotonic()))) is not None:
                row = json.loads(line)
                is_ended = row.pop("type") == "ended"
                if not is_ended:
                    yield row
            child.wait()
        except queue.Empty:
            yield {"name": name, "failed": True, "note": f"stopped: not done after {seconds:.0f} s"}
            return
        finally:
            end(child)
        if not is_ended:
            words.seek(0)
            said = [line for line in words.read().splitlines() if line.strip()]
            print(*said[-15:], sep="\n", file=sys.stderr)
            yield {"name": name, "failed": True, "note": f"failed: {reason_in(said) or f'exit code {child.returncode}'}"}


def reason_in(said):
    """The line that names the error, behind which some libraries give advice; else the last one."""
    named = [line for line in said if re.match(r"[\w.]*(Error|Exception|Problem)\b", line)]
    return (named or said or [None])[-1]


def read_lines(stream, lines):
    for line in stream:
        lines.put(line)
    lines.put(None)


def end(child):
    try:
        os.killpg(child.pid, 9)
    except ProcessLookupError:
        pass
    child.wait()


def line_of(row, first_losses):
    """A row of the table. A loss before the first step that is not that of the first part with the same model is told."""
    notes = row.get("note", "")
    if "firstLoss" in row:
        expected = first_losses.setdefault(row["model"], row["firstLoss"])
        if row["firstLoss"] != expected:
            notes += f"; first loss {abs(row['firstLoss'] - expected):.0e} from the trainer's"
    cells = [
        row["name"],
        f"{row['tokensPerSecond']:,.0f}" if row.get("tokensPerSecond") else "",
        f"{100 * row['utilization']:.1f} %" if row.get("utilization") else "",
        f"{row['peakBytes'] / 1e9:.1f} GB" if row.get("peakBytes") else "",
        f"{row['planBytes'] / 1e9:.1f} GB" if row.get("planBytes") else "",
        notes.replace("|", "/").replace("\n", " ")[:300],
    ]
    return f"| {' | '.join(cells)} |"


def measure(name, small):
    """One part in a process of its own: a JSON line a row, and one that says that it came to its end."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    from trainer.events import open_event_stream

    emit = open_event_stream()
    import gpu_parts

    try:
        for row in getattr(gpu_parts, PARTS[name][0])(gpu_parts.SMALL if small else gpu_parts.LARGE):
            emit("row", **row)
    except gpu_parts.Skipped as reason:
        emit("row", name=name, note=f"not here: {reason}")
    emit("ended")


if __name__ == "__main__":
    main()

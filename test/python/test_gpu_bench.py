"""What `persona bench gpu` measures on a card runs here in small, and a part that fails takes no other with it.

    .venv/bin/python -m unittest discover -s test/python -p test_gpu_bench.py
"""

import subprocess
import sys
import unittest
import unittest.mock

import tiny

sys.path.insert(0, str(tiny.PROJECT / "scripts/bench"))
import gpu
from trainer.trained_model import missing_to_compile

SCRIPT = tiny.PROJECT / "scripts/bench/gpu.py"
COMPILED = ["plain-compiled", "trainer-compiled"]


def bench(*words):
    return subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True)


def cells_of(done):
    """The table as {part: [cells]}."""
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    return {row[0]: [cell.strip() for cell in row[1:]] for row in rows[2:]}


def row(**fields):
    return f"import json; print(json.dumps({{'type': 'row', **{fields!r}}}), flush=True); "


class Parts(unittest.TestCase):
    def test_every_part_but_the_compiled_ones_runs_in_small(self):
        done = bench("--small", "--minutes", "60", "--parts", ",".join(name for name in gpu.PARTS if name not in COMPILED))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = cells_of(done)
        measured = ["trainer", "plain loop", "trainer, 8-bit moments", "trainer, gradient checkpointing", "generate, 1 row"]
        for name in [*measured, "generate, 8 rows"]:
            self.assertRegex(found[name][0], r"^[\d,]+$", name)
        self.assertIn("the same to the last bit", found["resume in bf16, 1 of 1 layers"][-1])
        self.assertRegex(found["flex attention, forward only"][-1], "losses within .* nats of the dense mask's")
        self.assertIn("needs an NVIDIA GPU", found["varlen"][-1])

    @unittest.skipIf(missing_to_compile("cpu"), "needs a C++ compiler and Python's headers")
    def test_the_compiled_parts_run_in_small(self):
        done = bench("--small", "--minutes", "60", "--parts", ",".join(COMPILED))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(cells_of(done)), ["plain loop, compiled", "trainer, compiled"])

    def test_without_a_gpu_and_with_an_unknown_part_two_lines_say_what_to_do(self):
        self.assertRegex(bench("--parts", "trainer,speed").stderr, r"^Error: There is no part speed\.\n  Fix: Choose among trainer, .*\n$")
        import torch

        if not torch.cuda.is_available():
            self.assertRegex(bench().stderr, r"^Error: PyTorch finds no GPU\.\n  Fix: .*--small.*\n$")


class Rows(unittest.TestCase):
    """Programs of a line in place of the parts."""

    def rows(self, code, seconds=60):
        return list(gpu.rows_of("part", [sys.executable, "-c", code], seconds))

    def test_what_a_part_measured_before_it_failed_is_kept(self):
        code = row(name="first", tokensPerSecond=5) + "raise ValueError('no kernel')"
        first, last = self.rows(code)
        self.assertEqual(first, {"name": "first", "tokensPerSecond": 5})
        self.assertEqual(last, {"name": "part", "failed": True, "note": "failed: ValueError: no kernel"})

    def test_a_part_that_dies_without_a_word_has_its_exit_code(self):
        self.assertEqual([each["note"] for each in self.rows("import os; os.kill(os.getpid(), 9)")], ["failed: exit code -9"])

    def test_a_part_that_hangs_is_stopped_with_what_it_has_started(self):
        code = row(name="first") + "import subprocess; subprocess.Popen(['sleep', '1000']).wait()"
        self.enterContext(unittest.mock.patch.object(gpu, "LEAST_SECONDS", 0))
        self.assertEqual([each["name"] for each in self.rows(code, seconds=5)], ["first", "part"])

    def test_what_there_is_no_time_for_is_said(self):
        self.assertEqual(self.rows("", seconds=3), [{"name": "part", "note": "left out: the time is over"}])

    def test_a_first_loss_that_is_not_the_trainers_is_told(self):
        known = {}
        lines = [gpu.line_of({"name": "a", "model": "gpt2", "firstLoss": loss, "note": "x"}, known) for loss in (4.0, 4.0, 4.25)]
        self.assertEqual([line.split(" | ")[-1] for line in lines], ["x |", "x |", "x; first loss 2e-01 from the trainer's |"])


if __name__ == "__main__":
    unittest.main()

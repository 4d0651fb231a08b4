import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { addFlags, type Chosen, type Table, wordsOf } from "../choices/index.ts";
import { projectRoot } from "../project.ts";
import { findPython, pythonPath } from "../python.ts";

const examples = `
Examples:
  persona bench gpu
  persona bench gpu --small                  # does every part run? on a CPU too
  persona bench gpu --parts trainer,flex
  python scripts/bench/gpu.py                # the same on a machine without Node`;

/** `scripts/bench/gpu.py` knows the defaults, and its parts. */
const choices = {
  small: { boolean: {}, help: "a tiny model: whether all of it runs, on a CPU too" },
  parts: { text: {}, value: "names", help: "those to measure, with commas between them (default: all)" },
  minutes: { integer: { atLeast: 1 }, help: "time that all of them may take together (default: 8)" },
} as const satisfies Table;

/** Adds `gpu` to the `bench` command: all that only a GPU can show, as a table for docs/performance.md. */
export function registerBenchGpu(bench: Command): void {
  const gpu = bench
    .command("gpu")
    .description(
      "gpt2-large from random weights on this machine's GPU: speed, utilisation and memory, as a table",
    );
  addFlags(gpu, choices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof choices>) => {
      const script = path.join(projectRoot, "scripts", "bench", "gpu.py");
      const words = Object.entries(flags).flatMap(([name, value]) => wordsOf(name, value));
      // A bare machine has no environment of the project's yet, and needs none: its own torch is what is measured.
      const python = existsSync(pythonPath) ? pythonPath : await findPython();
      const { exitCode } = await execa(python, [script, ...words], { stdio: "inherit", reject: false });
      process.exitCode = exitCode ?? 1;
    });
}

import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { addFlags, type Chosen, type Table, withDefaults } from "../../choices/index.ts";
import { ensurePython } from "../../python.ts";
import { openTerminal } from "../../terminal.ts";
import { makePrivateDirectory } from "../../workspace.ts";
import { compareServing } from "./compare.ts";
import type { OpenEngine } from "./engine.ts";
import { describeServing } from "./report.ts";

const examples = `
Examples:
  persona bench serve --keep .cache/bench-serve
  persona bench serve --llama-bench ../llama.cpp/build/bin/llama-bench --beside-training
  persona bench serve --base scratch:4x4x128 --tokens 16     # does all of it run?`;

const randomWeights = { pattern: "scratch:\\d+x\\d+x\\d+", allowed: "scratch:LxHxE" };

const choices = {
  base: {
    text: randomWeights,
    value: "size",
    default: "scratch:36x20x1280",
    help: "layers, heads and width of a GPT-2 with random weights; speed does not depend on what they are",
  },
  formats: {
    names: {},
    flag: "--formats <names...>",
    default: ["q8_0", "f16"],
    help: "types of weights to measure",
  },
  conversations: {
    numbers: { atLeast: 1 },
    flag: "--conversations <n...>",
    default: [1, 2, 4, 8, 16],
    help: "numbers of conversations that are answered at once",
  },
  promptLength: {
    integer: { atLeast: 32, atMost: 900 },
    default: 700,
    value: "tokens",
    help: "length of the prompt whose first token is waited for",
  },
  tokens: {
    integer: { atLeast: 2, atMost: 300 },
    default: 32,
    help: "tokens of a reply, for each conversation",
  },
  rounds: {
    integer: { atLeast: 1 },
    default: 3,
    help: "times that a first token is waited for, and that llama-bench repeats itself",
  },
  threads: {
    integer: { atLeast: 1 },
    otherwise: "as many as there are cores",
    help: "threads of everything that is measured",
  },
  llamaBench: {
    text: {},
    value: "file",
    otherwise: "left out",
    help: "llama.cpp's llama-bench, to be run with the same files; llama-batched-bench is looked for beside it",
  },
  besideTraining: {
    boolean: {},
    help: "measure one thread beside a run of the trainer too, which is started for that",
  },
  trained: {
    text: randomWeights,
    value: "size",
    default: "scratch:12x12x768",
    help: "random weights that --beside-training trains",
  },
  keep: {
    text: {},
    value: "dir",
    otherwise: "thrown away",
    help: "folder in which to keep the models, and to find them again",
  },
} as const satisfies Table;

/** Adds `serve` to the `bench` command: the engine beside llama.cpp's own programs and Hugging Face's `generate`. */
export function registerBenchServe(bench: Command, openEngine: OpenEngine): void {
  const serve = bench
    .command("serve")
    .description(
      "how fast replies are computed, beside llama-bench, llama-batched-bench, Hugging Face's generate and the memory's own speed",
    );
  addFlags(serve, choices)
    .addHelpText("after", examples)
    .action(async (flags: Chosen<typeof choices>, command: Command) => {
      const terminal = openTerminal({ json: command.optsWithGlobals().json ?? false });
      await ensurePython(terminal.note);
      const { keep, besideTraining, threads, ...asked } = withDefaults(choices, flags);
      const root = keep ?? (await mkdtemp(path.join(tmpdir(), "persona-bench-")));
      const folder = path.join(root, asked.base.replace(":", "-"));
      await makePrivateDirectory(folder);
      try {
        const figures = await compareServing(
          {
            ...asked,
            besideTraining: besideTraining ?? false,
            threads: threads ?? availableParallelism(),
          },
          { folder, openEngine, note: terminal.note },
        );
        if (terminal.json) terminal.data(figures);
        else process.stdout.write(`${describeServing(figures).join("\n")}\n`);
      } finally {
        if (keep === null) await rm(root, { recursive: true, force: true });
      }
    });
}

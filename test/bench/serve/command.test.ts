import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { builtProgram } from "../../../src/project.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona bench "));
});

const small = [
  ...["--base", "scratch:2x2x64", "--trained", "scratch:2x2x64", "--formats", "f16"],
  ...[
    "--prompt-length",
    "64",
    "--tokens",
    "4",
    "--rounds",
    "1",
    "--threads",
    "1",
    "--conversations",
    "1",
    "3",
  ],
];

function bench(...words: string[]) {
  const all = ["bench", "serve", ...small, "--keep", path.join(folder, "models"), ...words];
  return execa(process.execPath, [builtProgram("cli.js"), ...all], { reject: false });
}

/** Says what llama.cpp's program said of a tiny model. */
async function standIn(name: string, output: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`);
  await chmod(file, 0o755);
  return file;
}

test("persona bench serve measures the engine, idle and beside a training run, and others with the same file", async () => {
  const llamaBench = await standIn(
    "llama-bench",
    `[{ "n_prompt": 64, "n_gen": 0, "avg_ts": 2000.5 }, { "n_prompt": 0, "n_gen": 4, "avg_ts": 700.5 }]`,
  );
  await standIn("llama-batched-bench", `note\n{"pp": 32, "tg": 4, "pl": 3, "speed_tg": 900.5}`);

  const { stdout, stderr, exitCode } = await bench(
    "--json",
    "--llama-bench",
    llamaBench,
    "--beside-training",
  );

  expect(exitCode, stderr).toBe(0);
  const figures = JSON.parse(stdout);
  expect(figures.generate.tokensPerSecond).toBeGreaterThan(0);
  const [file] = figures.files;
  expect(file).toMatchObject({
    format: "f16",
    llamaBench: { prompt: 2000.5, stream: 700.5 },
    batchedBench: { 3: 900.5 },
  });
  expect(file.streams.map((streams: { conversations: number }) => streams.conversations)).toEqual([1, 3]);
  const speeds = [...file.streams, file.training.idle, file.training.beside];
  for (const { tokensPerSecond } of speeds) expect(tokensPerSecond).toBeGreaterThan(0);
  expect(file.firstToken.coldMs).toBeGreaterThan(0);
  expect(file.bandwidthBound).toBeGreaterThan(0);
});

test("a llama-bench that is not there is an error before anything is made", async () => {
  const { stderr, exitCode } = await bench("--llama-bench", "/nowhere/llama-bench");

  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error: There is no /nowhere/llama-bench.");
});

import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { compareBases, type MeasuredBase } from "../../../src/bench/bases/compare.ts";
import { pythonPath } from "../../../src/python.ts";
import { openTerminal } from "../../../src/terminal.ts";
import { builtInTokenizerDirectory } from "../../../src/tokenizer/index.ts";
import { resolveBase } from "../../../src/train/index.ts";
import { chat, prepare, storeOf } from "../../prepare/data-set.ts";

const asked = { replies: 32, seconds: 60, seed: 0, rendering: "auto" } as const;
let shards: string;
let folder: string;

/** A GPT-2 that finds every word equally likely, and the same with a liking for some ids. */
const makeBases = `
import shutil, sys
from pathlib import Path
import torch
from transformers import GPT2Config, GPT2LMHeadModel
folder, tokenizer = map(Path, sys.argv[1:])
model = GPT2LMHeadModel(GPT2Config(n_embd=8, n_layer=1, n_head=1))
with torch.no_grad():
    for parameter in model.parameters():
        parameter.zero_()
    for name in ("even", "biased"):
        model.save_pretrained(folder / name)
        shutil.copyfile(tokenizer / "tokenizer.json", folder / name / "tokenizer.json")
        model.transformer.ln_f.bias[0] = 1
        model.transformer.wte.weight[:1000, 0] = 3
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "persona bases "));
  await execa(pythonPath, ["-c", makeBases, folder, builtInTokenizerDirectory]);
  ({ directory: shards } = await prepare(storeOf([chat("ben", 200), chat("eva", 200, "Eva")])));
});

test("a base that finds every word equally likely costs the logarithm of its vocabulary for each token", async () => {
  const [even, biased] = await measure(path.join(folder, "even"), path.join(folder, "biased"));

  const { bitsPerByte, tokensPerByte, against } = even?.figures ?? expect.unreachable();
  expect(bitsPerByte.value).toBeCloseTo(Math.log2(50_257) * tokensPerByte, 2);
  expect(against).toBeNull();
  // "mine 17" and the like are of the first thousand ids in part only.
  expect(biased?.figures?.against?.value).not.toBe(0);
  expect(biased?.figures?.tokensPerByte).toBe(tokensPerByte);
});

test("a base that cannot be loaded says why, and the others are measured; nothing is left beside the data set", async () => {
  const [missing, random, even] = await measure(
    "no such/base at all",
    "scratch:2x2x16",
    path.join(folder, "even"),
  );

  expect(missing).toMatchObject({ problem: expect.stringContaining("There is no base called") });
  expect(missing?.problem).not.toContain("scratch:");
  expect(random).toMatchObject({ problem: expect.stringContaining("Random weights") });
  expect(even?.figures?.replies).toBeGreaterThan(5);
  expect(await readdir(path.dirname(shards))).toEqual([path.basename(shards)]);
});

async function measure(...names: string[]): Promise<MeasuredBase[]> {
  const found: MeasuredBase[] = [];
  const help = { resolveBase, terminal: openTerminal({ json: true }) };
  for await (const base of compareBases(names, shards, asked, help)) found.push(base);
  return found;
}

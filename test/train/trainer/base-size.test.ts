import path from "node:path";
import { expect, test } from "vitest";
import { estimateParameters } from "../../../src/train/trainer/base-size.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeRunFile } from "../run-record.ts";

test.each([
  ["gpt2", 124e6],
  ["openai-community/gpt2-large", 774e6],
  ["scratch:6x6x384", 30_308_736],
  ["HuggingFaceTB/SmolLM2-1.7B", 1.7e9],
  ["smollm2-135m", 135e6],
  ["EleutherAI/pythia-70m-deduped", 70e6],
  ["somebody/mystery", undefined],
  ["somebody/2b2t-3monkeys", undefined],
])("a base called %s has about %d weights", async (name, parameters) => {
  expect(await estimateParameters({ name })).toBe(parameters);
});

test("a base in a folder has half as many weights as its files have bytes", async () => {
  const workspace = await newWorkspace();
  await writeRunFile(workspace, "base-7b/model-00001-of-00002.safetensors", 2_000_000);
  await writeRunFile(workspace, "base-7b/model-00002-of-00002.safetensors", 1_000_000);
  await writeRunFile(workspace, "base-7b/tokenizer.json", 500_000);
  await writeRunFile(workspace, "empty/tokenizer.json", 500_000);
  const inFolder = (name: string) => estimateParameters({ name: path.join(workspace.runs, name) });

  expect(await inFolder("base-7b")).toBe(1_500_000);
  expect(await inFolder("empty")).toBeUndefined();
  expect(await inFolder("gone")).toBeUndefined();
});

import path from "node:path";
import { expect, test } from "vitest";
import { inventedStore } from "../../src/bench/inputs/invented-store.ts";
import { choicesOf } from "../../src/commands/flags/prepare.ts";
import { settingsOf } from "../../src/commands/flags/train.ts";
import { loadConfig } from "../../src/config.ts";
import type { RunRecord } from "../../src/handoffs/index.ts";
import { prepareShards } from "../../src/prepare/index.ts";
import { projectRoot } from "../../src/project.ts";
import { recordOf, request, useSmallRuns, workOff } from "./small-runs.ts";

const runs = useSmallRuns();
const quick = {
  steps: 2,
  contextLength: 64,
  tokensPerStep: 128,
  microBatch: 2,
  evaluationRows: 2,
  precision: "fp32",
  gguf: "none",
};

test("the trainer takes every value of persona.example.json, and finishes a run with them", async () => {
  const config = await loadConfig(path.join(projectRoot, "persona.example.json"));
  const { workspace } = runs;
  const prepared = await prepareShards({ ...choicesOf({}, config), store: inventedStore(), workspace });
  const { base, ...spelledOut } = config.train;
  const settings = { ...spelledOut, ...settingsOf(quick, config.train) } as RunRecord["settings"];
  const { run } = await request({ ...runs, prepared }, settings, { base: "scratch:1x1x32" });
  await workOff(runs, { script: "finetune.py" });

  expect(base).toBe("openai-community/gpt2-large");
  expect(Object.keys(settings).length).toBeGreaterThan(20);
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", heldOutLoss: { bestStep: 2 } });
});

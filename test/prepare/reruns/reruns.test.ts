/**
 * Whatever came before, prepare gives what a run from nothing gives.
 *
 * `PERSONA_RERUNS` sets how many worlds are tried, `PERSONA_RERUNS_SEED` where they begin.
 */
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { openWorkspace } from "../../../src/workspace.ts";
import { chatTokenizerDirectory } from "../../fixtures/tokenizers/chat.ts";
import { seededChance } from "../../ingest/truth/random.ts";
import { newFolder, writeExports } from "./exports.ts";
import { Trial } from "./trial.ts";

const tries = Number(process.env.PERSONA_RERUNS ?? 2);
const first = Number(process.env.PERSONA_RERUNS_SEED ?? 1);
const seeds = Array.from({ length: tries }, (_, index) => first + index);

test.each(seeds)("sequence %i: each data set is that of a run from nothing", async (seed) => {
  const workspace = openWorkspace(await newFolder("data"));
  const trial = new Trial(
    seededChance(1000 + seed),
    await writeExports(seed),
    workspace,
    await chatTokenizerDirectory(),
  );
  try {
    await trial.run();
  } catch (error) {
    (error as Error).message = `After ${trial.said.join(" → ")}:\n${(error as Error).message}`;
    throw error;
  } finally {
    for (const folder of trial.folders) await rm(folder, { recursive: true, force: true });
  }
  expect(trial.compared).toBeGreaterThan(0);
});

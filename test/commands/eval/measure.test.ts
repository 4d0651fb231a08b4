import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { CommandContext } from "../../../src/commands/command.ts";
import { measureAfterTraining } from "../../../src/commands/eval/measure.ts";
import { loadConfig } from "../../../src/config.ts";
import { eventsFile, type RunRecord } from "../../../src/handoffs/index.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { evaluationOf, writeEvaluation } from "../../evaluate/evaluation.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeFinishedRun } from "../../train/run-record.ts";

const gone =
  "Data set data, of which run aaaa was made, is gone. persona prepare makes it again, as long as messages and choices are the same.";

test("a run takes 15 % of its training's time to measure, and that it cannot be is no failure of the run", async () => {
  const workspace = await newWorkspace();
  const run = await writeRunTrainedFor(workspace, 7200);

  expect(await measured(workspace, run)).toEqual([
    "Measuring what it has learned, in about 18 min …",
    `! It was not calibrated: ${gone}`,
    `! It was not measured: ${gone}`,
  ]);
});

test("a training of some minutes leaves no time to calibrate", async () => {
  const workspace = await newWorkspace();
  const run = await writeRunTrainedFor(workspace, 1500);

  expect((await measured(workspace, run)).slice(1)).toEqual([`! It was not measured: ${gone}`]);
});

test("a short training leaves a minute", async () => {
  const workspace = await newWorkspace();
  const run = await writeFinishedRun(workspace);

  expect((await measured(workspace, run))[0]).toMatch(/in about 1 min …$/);
});

test("a run that was measured before is not measured again", async () => {
  const workspace = await newWorkspace();
  const run = await writeFinishedRun(workspace);
  await writeEvaluation(workspace, evaluationOf(run.id));

  expect(await measured(workspace, run)).toEqual([]);
});

/** A run that waited most of its days: what counts is how long it was trained. */
async function writeRunTrainedFor(workspace: Workspace, seconds: number): Promise<RunRecord> {
  const days = { startedAt: "2026-01-01T00:00:00.000Z", endedAt: "2026-01-03T00:00:00.000Z" };
  const run = await writeFinishedRun(workspace, days);
  const losses = { steps: 1, bestStep: 1, bestLoss: 2, firstLoss: 3 };
  const finished = { type: "finished", ...losses, seconds, stopped: false };
  await writeFile(eventsFile(workspace, run.id), `${JSON.stringify(finished)}\n`);
  return run;
}

/** What it says to people. */
async function measured(workspace: Workspace, run: RunRecord): Promise<string[]> {
  const said: string[] = [];
  const terminal = {
    json: false,
    note: (line: string) => said.push(line.trim()),
    warn: (line: string) => said.push(`! ${line}`),
    data: (value: unknown) => said.push(`data: ${value}`),
    progress: () => ({ update: () => {}, done: () => {} }),
  };
  const config = await loadConfig(path.join(workspace.root, "persona.json"));
  const context: CommandContext = {
    terminal,
    workspace,
    config,
    configFile: "persona.json",
    passedOver: () => {},
  };
  await measureAfterTraining(context, run);
  return said;
}

import { mkdtemp } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { measure, summarizeRuns } from "../../../src/train/runs/summary.ts";
import { openWorkspace } from "../../../src/workspace.ts";
import { writeRun } from "../run-record.ts";

test("the time left is what the trainer said at its last step", () => {
  const step = (step: number, secondsLeft?: number) => ({
    type: "step" as const,
    step,
    totalSteps: 100,
    loss: 1,
    learningRate: 1,
    tokensPerSecond: 7,
    memoryBytes: 1,
    secondsLeft,
  });

  expect(measure([step(9, 500), step(20, 240)])).toEqual({
    step: 20,
    totalSteps: 100,
    loss: 1,
    tokensPerSecond: 7,
    secondsLeft: 240,
  });
  expect(measure([step(9)])).not.toHaveProperty("secondsLeft");
});

test("what was measured is that of the evaluation with the lowest loss", () => {
  const own = { value: 0.04, low: 0.01, high: 0.06 };
  const evaluation = (loss: number, personaBitsPerByte?: number) => ({
    type: "evaluation" as const,
    step: 1,
    tokens: 1,
    isBest: true,
    loss,
    personaBitsPerByte,
    specificity: personaBitsPerByte === undefined ? null : { ...own, value: 1.4 - personaBitsPerByte },
  });

  expect(measure([evaluation(3, 1.4), evaluation(2, 1.2), evaluation(2.5, 1.1)])).toEqual({
    heldOutLoss: 2,
    personaBitsPerByte: 1.2,
    specificity: expect.closeTo(0.2),
  });
  expect(measure([evaluation(3)])).toEqual({ heldOutLoss: 3 });
});

test("a run at work whose worker is gone is abandoned, as far as this machine can tell", async () => {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona summary ")));
  const gone = 999_999_999;
  await writeRun(workspace, { id: "aaaa", state: "running", worker: `${hostname()} ${process.pid}` });
  await writeRun(workspace, { id: "bbbb", state: "running", worker: `${hostname()} ${gone}` });
  await writeRun(workspace, { id: "cccc", state: "running", worker: `elsewhere ${gone}` });
  await writeRun(workspace, { id: "dddd", state: "paused", worker: `${hostname()} ${gone}` });
  const runs = await summarizeRuns(workspace);

  expect(runs.filter(({ isAbandoned }) => isAbandoned).map(({ id }) => id)).toEqual(["bbbb"]);
});

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { readRun, runDirectory } from "../../src/handoffs/index.ts";
import { type Prunable, planPrune, prune } from "../../src/train/prune.ts";
import { updateRun } from "../../src/train/runs/runs.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";
import { writeFinishedRun, writeRun, writeRunFile } from "./run-record.ts";

const hourMs = 3_600_000;
const aYearOn = Date.now() + 365 * 24 * hourMs;
let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

test("pruning takes what nothing goes on from, and shows it first, the largest at the top", async () => {
  const now = Date.parse("2026-11-01");
  const heldOutLoss = { before: 3, best: 2, bestStep: 5 };
  await writeFinishedRun(workspace, { id: "done", attempt: 2, heldOutLoss });
  await writeRun(workspace, { id: "stop", state: "cancelled", attempt: 2, endedAt: "2026-10-31" });
  await writeRun(workspace, { id: "old", state: "failed", endedAt: "2026-01-01" });
  await writeRun(workspace, { id: "work", state: "running", attempt: 2 });
  const files = {
    "done/attempt-1/checkpoints/step-3/weights": 1000,
    "done/attempt-2/checkpoints/step-5/weights": 1000,
    "done/attempt-2/checkpoints/step-9/weights": 3000,
    "done/attempt-2/checkpoints/step-9.77.tmp/weights": 2000,
    "stop/attempt-1/checkpoints/step-1/weights": 1000,
    "stop/attempt-1/checkpoints/step-2/weights": 1000,
    "stop/attempt-2/checkpoints/step-3/weights": 1000,
    "work/attempt-1/checkpoints/step-1/weights": 1000,
  };
  for (const [name, bytes] of Object.entries(files)) await writeRunFile(workspace, name, bytes);
  const best = { type: "evaluation", step: 1, loss: 1, tokens: 1, isBest: true };
  await writeFile(path.join(runDirectory(workspace, "stop"), "events.jsonl"), `${JSON.stringify(best)}\n`);
  const items = await planPrune(workspace, { olderThanDays: 30, now });

  expect(items.map((item) => [placeOf(item), item.bytes])).toEqual([
    ["done/attempt-2/checkpoints/step-9", 3000],
    ["done/attempt-2/checkpoints/step-9.77.tmp", 2000],
    ["done/attempt-1", 1000],
    ["old", (await readFile(path.join(runDirectory(workspace, "old"), "run.json"))).length],
  ]);
  await prune(workspace, items);
  expect(await planPrune(workspace, { olderThanDays: 30, now })).toEqual([]);
  expect(await readdir(workspace.runs)).not.toContain("old");
});

test("of a run that may go on, the newest two checkpoints stay, and the best", async () => {
  await writeRun(workspace, { id: "aaaa", state: "paused" });
  for (const step of [2, 4, 10, 8, 6])
    await writeRunFile(workspace, `aaaa/attempt-1/checkpoints/step-${step}/weights`);
  const evaluations = [
    { type: "evaluation", step: 2, loss: 2, tokens: 1, isBest: true },
    { type: "evaluation", step: 4, loss: 1, tokens: 1, isBest: true },
    { type: "evaluation", step: 6, loss: 3, tokens: 1, isBest: false },
  ];
  const lines = evaluations.map((event) => `${JSON.stringify(event)}\n`).join("");
  await writeFile(path.join(runDirectory(workspace, "aaaa"), "events.jsonl"), lines);
  const items = await planPrune(workspace, { olderThanDays: 30 });

  expect(items.map((item) => path.basename(placeOf(item))).toSorted()).toEqual(["step-2", "step-6"]);
});

test("neither a finished run nor one that another starts from goes for its age", async () => {
  await writeFinishedRun(workspace, { id: "aaaa", endedAt: "2026-01-01" });
  const ended = { state: "cancelled", endedAt: "2026-01-01" } as const;
  await writeRun(workspace, { id: "bbbb", ...ended });
  await writeRun(workspace, { id: "cccc", ...ended });
  await writeRun(workspace, { id: "dddd", state: "queued", parent: "bbbb" });

  const items = await planPrune(workspace, { olderThanDays: 30, now: aYearOn });
  expect(items).toMatchObject([{ run: "cccc", part: "", why: "cancelled more than 30 days ago" }]);
});

test("a run that was put to work again since the plan is not pruned", async () => {
  await writeRun(workspace, { id: "aaaa", state: "failed", endedAt: "2026-01-01" });
  const items = await planPrune(workspace, { olderThanDays: 30 });
  await updateRun(workspace, "aaaa", { state: "queued" });
  await prune(workspace, items);

  expect(items).toHaveLength(1);
  expect(await readRun(workspace, "aaaa")).toBeDefined();
});

test("what is left of a half-deleted run goes once it is old", async () => {
  await writeRunFile(workspace, "aaaa/attempt-1/checkpoints/step-3/weights");
  expect(await planPrune(workspace, { olderThanDays: 30 })).toEqual([]);
  const later = Date.now() + 2 * hourMs;

  expect(await planPrune(workspace, { olderThanDays: 30, now: later })).toMatchObject([
    { run: "aaaa", part: "", why: "left of a deleted run" },
  ]);
});

test("a run whose record is damaged is not pruned: nobody knows what it would say", async () => {
  await writeRunFile(workspace, "bbbb/run.json");
  expect(await planPrune(workspace, { olderThanDays: 30, now: aYearOn })).toEqual([]);
});

test("a base goes once it is old and no run's adapter needs it", async () => {
  await writeFinishedRun(workspace, { id: "aaaa", adapter: { base: "needed", bytes: 9 } });
  await writeFinishedRun(workspace, { id: "bbbb", adapter: { missing: "DoRA" } });
  for (const base of ["needed", "spare"]) {
    await mkdir(path.join(workspace.bases, base), { recursive: true });
    await writeFile(path.join(workspace.bases, base, "model.gguf"), Buffer.alloc(70));
  }
  expect(await planPrune(workspace, { olderThanDays: 30 })).toEqual([]);
  const items = await planPrune(workspace, { olderThanDays: 30, now: aYearOn });
  expect(items).toEqual([{ base: "spare", why: "no run's adapter needs it", bytes: 70 }]);
  await prune(workspace, items);
  expect(await readdir(workspace.bases)).toEqual(["needed"]);
});

test("a sweep goes once it is old and none of its runs is left, unless nobody can read what it says", async () => {
  await writeFinishedRun(workspace, { id: "aaaa" });
  const sweep = { format: 1, createdAt: "2026-01-01", rungs: [], decisions: [] };
  const files = {
    "sweep-needed": { ...sweep, id: "sweep-needed", runs: ["aaaa", "gone"] },
    "sweep-spare": { ...sweep, id: "sweep-spare", runs: ["gone"] },
    "sweep-damaged": { runs: 1 },
  };
  for (const [id, content] of Object.entries(files)) {
    await mkdir(path.join(workspace.sweeps, id), { recursive: true });
    await writeFile(path.join(workspace.sweeps, id, "sweep.json"), JSON.stringify(content));
  }

  expect(await planPrune(workspace, { olderThanDays: 30 })).toEqual([]);
  const told: string[] = [];
  const passedOver = ({ message }: Error) => told.push(message);
  const items = await planPrune(workspace, { olderThanDays: 30, now: aYearOn, passedOver });
  expect(items).toMatchObject([{ sweep: "sweep-spare", why: "its runs are gone" }]);
  expect(told).toEqual([expect.stringContaining("sweep-damaged")]);
  await prune(workspace, items);
  expect((await readdir(workspace.sweeps)).toSorted()).toEqual(["sweep-damaged", "sweep-needed"]);
});

test("no base goes while a record is damaged: it may name that base", async () => {
  await mkdir(path.join(workspace.bases, "spare"), { recursive: true });
  await writeRunFile(workspace, "bbbb/run.json");

  expect(await planPrune(workspace, { olderThanDays: 30, now: aYearOn })).toEqual([]);
});

function placeOf(item: Prunable): string {
  if ("sweep" in item) return item.sweep;
  return "base" in item ? item.base : path.join(item.run, item.part);
}

import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Guard, makeGuard, openGuard } from "../../src/guard/index.ts";
import { type RunRecord, readRun, runDirectory } from "../../src/handoffs/index.ts";
import { type PreparedShards, prepareShards } from "../../src/prepare/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";
import { hour, message, persona, storeOf } from "../prepare/data-set.ts";
import { writeRun } from "../train/run-record.ts";

const said = "we hid the old brass key of the summer house under the second stone beside the well";
const other = "nobody but you may ever know that it was me who broke the window of the school";

let workspace: Workspace;
let prepared: PreparedShards;
let told: string[];

beforeEach(async () => {
  workspace = await newWorkspace();
  prepared = await prepareSaying(said);
  told = [];
  await writeRun(workspace, { id: "aaaa", dataset: prepared.manifest.id });
});

test("a run's guard is made once, private and small, and knows what the run learned from", async () => {
  await makeGuard(workspace, { id: "aaaa", dataset: prepared.manifest.id });
  const file = path.join(runDirectory(workspace, "aaaa"), "guard.bin");
  const { size, mode } = await stat(file);
  const guard = await open("aaaa");

  expect(told).toEqual([]);
  expect(mode & 0o777).toBe(0o600);
  expect(size).toBeLessThan(200 + 30 * 400);
  expect(isSayable(guard, said)).toBe(false);
  expect(isSayable(guard, other)).toBe(true);
});

test("a guard that is missing or damaged is made when the run is served, and that is said", async () => {
  const file = path.join(runDirectory(workspace, "aaaa"), "guard.bin");
  for (const damage of [() => rm(file, { force: true }), () => cut(file), () => writeFile(file, "{}\n")]) {
    await open("aaaa");
    await damage();
    told = [];
    expect(isSayable(await open("aaaa"), said)).toBe(false);
    expect(told).toEqual(["making aaaa"]);
    told = [];
    await open("aaaa");
    expect(told).toEqual([]);
  }
});

test("where the data set is gone, serving goes on without a guard and says so", async () => {
  await rm(prepared.directory, { recursive: true });

  expect(await open("aaaa")).toBeUndefined();
  expect(told).toEqual(["making aaaa", expect.stringMatching(/^Data set \w+ is gone/)]);
});

test("where a part of the data set is gone, too", async () => {
  await rm(path.join(prepared.directory, "train.bin"));

  expect(await open("aaaa")).toBeUndefined();
  expect(told[1]).toBe("The guard of run aaaa could not be made (ENOENT).");
});

test("a run that went on from another keeps what that one learned from, too", async () => {
  const { manifest } = await prepareSaying(other);
  await writeRun(workspace, { id: "bbbb", dataset: manifest.id, parent: "aaaa" });
  const guard = await open("bbbb");

  expect(told).toEqual(["making bbbb", "making aaaa"]);
  expect([isSayable(guard, said), isSayable(guard, other)]).toEqual([false, false]);
});

async function prepareSaying(words: string): Promise<PreparedShards> {
  const talk = Array.from({ length: 200 }, (_, index) => [
    message("ben", "Ben", `question ${index}`, 4 * hour * index),
    message("ben", persona, index === 3 ? words : `mine ${index}`, 4 * hour * index + 60_000),
  ]);
  return prepareShards({ store: storeOf([talk.flat()]), workspace });
}

async function open(id: string): Promise<Guard | undefined> {
  return openGuard(workspace, (await readRun(workspace, id)) as RunRecord, {
    onMaking: (run) => told.push(`making ${run}`),
    passedOver: (problem) => told.push(problem.message),
  });
}

function isSayable(guard: Guard | undefined, text: string): boolean {
  const bytes = Buffer.from(text);
  const watch = guard?.watch([], (id) => bytes.subarray(id, id + 1));
  return [...bytes.keys()].every((id) => watch?.read(id));
}

async function cut(file: string): Promise<void> {
  await writeFile(file, (await readFile(file)).subarray(0, -1));
}

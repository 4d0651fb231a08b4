import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { UserError } from "../../src/errors.ts";
import {
  findRun,
  hasEnded,
  listRuns,
  RunState,
  readRun,
  readRunManifest,
  recordFile,
  runDirectory,
  runsNamed,
} from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";
import { shardManifest, writeFinishedRun, writeRun } from "../train/run-record.ts";
import { damages } from "./damage.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

test("a run that is not there is no error, nor is a file where its folder would be", async () => {
  expect(await readRun(workspace, "aaaa")).toBeUndefined();
  expect(await listRuns(workspace)).toEqual([]);
  await mkdir(workspace.runs, { recursive: true });
  await writeFile(path.join(workspace.runs, "bbbb"), "");
  expect(await readRun(workspace, "bbbb")).toBeUndefined();
  expect(await listRuns(workspace)).toEqual([]);
});

test.each(damages)(
  "a record that $name is named with a way out, and hides no other run",
  async ({ damage, says }) => {
    await writeRun(workspace, { id: "aaaa" });
    await writeRun(workspace, { id: "bbbb" });
    await damage(recordFile(workspace, "bbbb"));
    const told: UserError[] = [];
    const found = await listRuns(workspace, (problem) => told.push(problem));
    const message = `${recordFile(workspace, "bbbb")} ${says}`;

    expect(found.map(({ id }) => id)).toEqual(["aaaa"]);
    expect(told).toMatchObject([{ message, fix: expect.stringMatching(/^(Put it back|Make it readable)/) }]);
    await expect(readRun(workspace, "bbbb")).rejects.toThrow(message);
    await expect(findRun(workspace, "bb")).rejects.toThrow(message);
  },
);

test("a record whose times are none is damaged", async () => {
  await writeRun(workspace, { id: "aaaa", endedAt: "yesterday" });
  await expect(readRun(workspace, "aaaa")).rejects.toThrow("run.json is damaged");
});

test("runs are listed with the newest at the top", async () => {
  for (const day of [2, 3, 1]) await writeRun(workspace, { id: `run${day}`, createdAt: `2026-01-0${day}` });
  expect((await listRuns(workspace)).map(({ id }) => id)).toEqual(["run3", "run2", "run1"]);
});

test("a run is found by the start of its id or as the latest, and only when that is one run", async () => {
  await expect(findRun(workspace, "latest")).rejects.toMatchObject({
    message: "There is no run latest.",
    fix: "Train one first: persona train",
  });
  await writeRun(workspace, { id: "abcd", createdAt: "2026-01-01" });
  await writeRun(workspace, { id: "abef", createdAt: "2026-01-02" });

  expect((await findRun(workspace, "abc")).id).toBe("abcd");
  expect((await findRun(workspace, "latest")).id).toBe("abef");
  await expect(findRun(workspace, "ab")).rejects.toThrow("Several runs start with ab.");
  await expect(findRun(workspace, "cd")).rejects.toMatchObject({
    message: "There is no run cd.",
    fix: "persona runs lists them; a few letters of the id are enough.",
  });
});

test("a whole id is meant as it stands, even where another one goes on from it", () => {
  const named = (prefix: string) => runsNamed(prefix, ["abcd", "abcdef", "12ab"], (id) => id);

  expect(named("abcd")).toEqual(["abcd"]);
  expect(named("abcde")).toEqual(["abcdef"]);
  expect(named("ab")).toEqual(["abcd", "abcdef"]);
  expect(named("ff")).toEqual([]);
});

test("the manifest beside a run's record says what it was made of; without it one is told what to do", async () => {
  const run = await writeFinishedRun(workspace, { id: "aaaa" });
  expect(await readRunManifest(workspace, "aaaa")).toEqual(shardManifest(run));

  const file = path.join(runDirectory(workspace, "aaaa"), "manifest.json");
  await writeFile(file, "{");
  await expect(readRunManifest(workspace, "aaaa")).rejects.toMatchObject({
    message: `${file} is damaged, or comes from another version of persona.`,
    fix: "Put it back from data/shards, or train again: persona train",
  });
  await rm(file);
  await expect(readRunManifest(workspace, "aaaa")).rejects.toThrow(`${file} is missing.`);
});

test("every state but waiting and training is an end", () => {
  expect(RunState.options.filter((state) => !hasEnded({ state }))).toEqual(["queued", "running"]);
});

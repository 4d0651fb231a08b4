import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { UserError } from "../../src/errors.ts";
import {
  problemOfModel,
  readServingChoice,
  recordFile,
  runDirectory,
  runToServe,
  servedRun,
} from "../../src/handoffs/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { newWorkspace } from "../new-workspace.ts";
import { writeFinishedRun, writeRun } from "../train/run-record.ts";
import { damages } from "./damage.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

test("who answers is the chosen run, else the newest that can", async () => {
  await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
  await writeFinishedRun(workspace, { id: "bbbb", createdAt: "2026-01-02" });
  await writeRun(workspace, { id: "cccc", state: "running", createdAt: "2026-01-03" });

  expect(await answering()).toEqual({ ids: ["bbbb", "bbbb"], told: [] });
  await choose("aaaa");
  expect(await answering()).toEqual({ ids: ["aaaa", "aaaa"], told: [] });
});

test("a chosen run that cannot answer any more is passed over, and why is said", async () => {
  await writeFinishedRun(workspace, { id: "bbbb" });
  await choose("aaaa");
  expect(await answering()).toEqual({
    ids: ["bbbb", "bbbb"],
    told: ["Run aaaa, which was chosen to answer, is gone."],
  });
  await writeRun(workspace, { id: "aaaa", state: "failed" });
  expect((await answering()).told).toEqual(["Run aaaa is failed, so it has no model."]);
  await writeRun(workspace, { id: "aaaa", state: "finished" });
  expect((await answering()).told).toEqual(["Run aaaa is finished, but its model is gone."]);
  await writeFile(path.join(runDirectory(workspace, "aaaa"), "model.gguf"), "");
  expect((await answering()).told).toEqual([expect.stringMatching(/aaaa.manifest\.json is missing\.$/)]);
});

test("a finished run without a model is passed over, whether or not it was chosen", async () => {
  await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
  await writeRun(workspace, { id: "bbbb", state: "finished", createdAt: "2026-01-02" });

  expect(await answering()).toEqual({
    ids: ["aaaa", "aaaa"],
    told: ["Run bbbb is finished, but its model is gone."],
  });
});

test.each(damages)("a choice that $name is said, and the newest answers", async ({ damage, says }) => {
  await writeFinishedRun(workspace, { id: "aaaa" });
  await choose("bbbb");
  await damage(workspace.servingFile);

  expect(await readServingChoice(workspace)).toBeUndefined();
  expect(await answering()).toEqual({
    ids: ["aaaa", "aaaa"],
    told: [`${workspace.servingFile} ${says}`],
  });
});

test.each(damages)(
  "a chosen run whose record $name is said once, and another answers",
  async ({ damage, says }) => {
    await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
    await writeFinishedRun(workspace, { id: "bbbb", createdAt: "2026-01-02" });
    await choose("bbbb");
    await damage(recordFile(workspace, "bbbb"));

    expect(await answering()).toEqual({
      ids: ["aaaa", "aaaa"],
      told: [`${recordFile(workspace, "bbbb")} ${says}`],
    });
  },
);

test("a run that is asked for by name is that one or none", async () => {
  await expect(runToServe(workspace, undefined)).rejects.toThrow("There is no finished run to talk to.");
  await expect(runToServe(workspace, "latest")).rejects.toThrow("There is no finished run to talk to.");
  await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
  await writeFinishedRun(workspace, { id: "bbbb", createdAt: "2026-01-02" });
  await writeRun(workspace, { id: "cccc", state: "paused", createdAt: "2026-01-03" });
  await choose("aaaa");

  expect((await runToServe(workspace, "bb")).id).toBe("bbbb");
  expect((await runToServe(workspace, "latest")).id).toBe("bbbb");
  await expect(runToServe(workspace, "dddd")).rejects.toThrow("There is no run dddd.");
  await expect(runToServe(workspace, "cccc")).rejects.toMatchObject({
    message: "Run cccc is paused, so it has no model.",
    fix: "persona runs resume cccc",
  });
});

test("a model that lies there whole is enough, merged or as GGUF", async () => {
  const run = await writeFinishedRun(workspace, { id: "aaaa" });
  expect(await problemOfModel(workspace, run)).toBeUndefined();
  await rm(path.join(runDirectory(workspace, "aaaa"), "model.gguf"));
  await mkdir(path.join(runDirectory(workspace, "aaaa"), "model"));
  expect(await problemOfModel(workspace, run)).toBeUndefined();
});

/** What the two who ask get, and what they are told on the way, which must be the same. */
async function answering(): Promise<{ ids: (string | undefined)[]; told: string[] }> {
  const [told, toldToo]: [UserError[], UserError[]] = [[], []];
  const served = await servedRun(workspace, (problem) => told.push(problem));
  const talking = await runToServe(workspace, undefined, (problem) => toldToo.push(problem));
  expect(toldToo).toEqual(told);
  return { ids: [served?.id, talking.id], told: told.map(({ message }) => message) };
}

async function choose(run: string): Promise<void> {
  await writeFile(workspace.servingFile, JSON.stringify({ run }));
}

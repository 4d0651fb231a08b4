import { readFile, rm, writeFile } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { recordFile, runDirectory, servedRun } from "../../../src/handoffs/index.ts";
import { noteRefinement, serveRun, serveRunBefore } from "../../../src/train/runs/choose-served.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeFinishedRun, writeRun } from "../run-record.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = await newWorkspace();
});

test("the run that answers can be changed and changed back, past runs that cannot any more", async () => {
  for (const id of ["aaaa", "bbbb", "cccc", "dddd", "eeee"])
    await serveRun(workspace, await writeFinishedRun(workspace, { id }));
  await writeRun(workspace, { id: "bbbb", state: "failed" });
  await writeFile(recordFile(workspace, "cccc"), "{");
  await rm(runDirectory(workspace, "dddd"), { recursive: true });

  expect((await servedRun(workspace))?.id).toBe("eeee");
  expect((await serveRunBefore(workspace)).id).toBe("aaaa");
  expect((await servedRun(workspace))?.id).toBe("aaaa");
  await expect(serveRunBefore(workspace)).rejects.toThrow("No run answered before this one.");
  expect(await choice()).toEqual({ run: "aaaa", before: [] });
});

test("choosing the same run twice is choosing it once", async () => {
  for (const id of ["aaaa", "bbbb", "bbbb"])
    await serveRun(workspace, await writeFinishedRun(workspace, { id }));
  expect(await choice()).toEqual({ run: "bbbb", before: ["aaaa"] });
});

test("a run that answered without having been chosen is gone back to as well", async () => {
  await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-02" });
  await serveRun(workspace, await writeFinishedRun(workspace, { id: "bbbb", createdAt: "2026-01-01" }));
  expect((await serveRunBefore(workspace)).id).toBe("aaaa");
});

test("the last twenty choices are remembered", async () => {
  const ids = Array.from({ length: 23 }, (_, index) => `run${index + 10}`);
  for (const id of ids) await serveRun(workspace, await writeFinishedRun(workspace, { id }));
  const { run, before } = await choice();

  expect([run, before.length, before[0], before.at(-1)]).toEqual(["run32", 20, "run31", "run12"]);
});

test("a choice that cannot be read is replaced by the next", async () => {
  await writeFile(workspace.servingFile, '{"run":');
  await serveRun(workspace, await writeFinishedRun(workspace, { id: "aaaa" }));
  expect(await choice()).toEqual({ run: "aaaa", before: [] });
});

test("a run without a model cannot be chosen, and what it lacks is said", async () => {
  const cancelled = await writeRun(workspace, { id: "aaaa", state: "cancelled" });
  const running = await writeRun(workspace, { id: "bbbb", state: "running" });

  await expect(serveRun(workspace, cancelled)).rejects.toMatchObject({
    message: "Run aaaa is cancelled, so it has no model.",
    fix: "persona runs resume aaaa",
  });
  await expect(serveRun(workspace, running)).rejects.toMatchObject({
    message: "Run bbbb is running, so it has no model.",
    fix: "Wait until it has finished: persona runs logs bbbb -f",
  });
});

async function choice(): Promise<{ run: string; before: string[] }> {
  return JSON.parse(await readFile(workspace.servingFile, "utf8"));
}

test("a refinement answers once it was found better than its parent, and before that only where it was chosen", async () => {
  await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
  const refined = { id: "bbbb", createdAt: "2026-01-02", parent: "aaaa", refinement: {} };
  const run = await writeFinishedRun(workspace, refined);

  expect((await servedRun(workspace))?.id).toBe("aaaa");
  await noteRefinement(workspace, run, { isKept: false, reasons: ["it repeats more"] });
  expect((await servedRun(workspace))?.id).toBe("aaaa");
  await noteRefinement(workspace, run, { isKept: true, reasons: [] });
  expect((await servedRun(workspace))?.id).toBe("bbbb");

  await noteRefinement(workspace, run, { isKept: false, reasons: ["it repeats more"] });
  await serveRun(workspace, run);
  expect((await servedRun(workspace))?.id).toBe("bbbb");
});

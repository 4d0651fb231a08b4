import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { RunRecord } from "../../src/handoffs.ts";
import { findServedRun } from "../../src/serve/index.ts";
import { servedRun, serveRun } from "../../src/train/index.ts";
import { openWorkspace, type Workspace, writeFileAtomically } from "../../src/workspace.ts";
import { runRecord } from "../train/run-record.ts";

test("who answers is the run that persona runs marks, also when the chosen one is gone", async () => {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona-serving-")));
  const chosen = await makeRun(workspace, "aaaa", "2026-01-01");
  await makeRun(workspace, "bbbb", "2026-01-02");
  await makeRun(workspace, "cccc", "2026-01-03");
  const answering = async () => path.basename(await findServedRun(workspace));

  expect([await servedRun(workspace), await answering()]).toEqual(["cccc", "cccc"]);
  await serveRun(workspace, chosen);
  expect([await servedRun(workspace), await answering()]).toEqual(["aaaa", "aaaa"]);
  await rm(path.join(workspace.runs, "aaaa"), { recursive: true });
  expect([await servedRun(workspace), await answering()]).toEqual(["cccc", "cccc"]);
});

test("a run that is asked for by name is that one or none", async () => {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona-serving-")));
  await expect(findServedRun(workspace)).rejects.toThrow("There is no finished run to talk to.");
  await makeRun(workspace, "bbbb", "2026-01-02");

  expect(path.basename(await findServedRun(workspace, "bb"))).toBe("bbbb");
  expect(path.basename(await findServedRun(workspace, "latest"))).toBe("bbbb");
  await expect(findServedRun(workspace, "aaaa")).rejects.toThrow("There is no finished run aaaa.");
});

async function makeRun(workspace: Workspace, id: string, createdAt: string): Promise<RunRecord> {
  const run = runRecord({ id, createdAt, state: "finished" });
  await writeFileAtomically(path.join(workspace.runs, id, "run.json"), JSON.stringify(run));
  await writeFileAtomically(path.join(workspace.runs, id, "model.gguf"), "");
  return run;
}

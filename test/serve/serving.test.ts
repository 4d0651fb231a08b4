import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { runToServe } from "../../src/handoffs/index.ts";
import { servedRun, serveRun } from "../../src/train/index.ts";
import { openWorkspace } from "../../src/workspace.ts";
import { writeFinishedRun } from "../train/run-record.ts";

test("who answers is the run that persona runs marks, also when the chosen one is gone", async () => {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona-serving-")));
  const chosen = await writeFinishedRun(workspace, { id: "aaaa", createdAt: "2026-01-01" });
  await writeFinishedRun(workspace, { id: "bbbb", createdAt: "2026-01-02" });
  await writeFinishedRun(workspace, { id: "cccc", createdAt: "2026-01-03" });
  const answering = async () => (await runToServe(workspace, undefined)).id;

  expect([(await servedRun(workspace))?.id, await answering()]).toEqual(["cccc", "cccc"]);
  await serveRun(workspace, chosen);
  expect([(await servedRun(workspace))?.id, await answering()]).toEqual(["aaaa", "aaaa"]);
  await rm(path.join(workspace.runs, "aaaa"), { recursive: true });
  expect([(await servedRun(workspace))?.id, await answering()]).toEqual(["cccc", "cccc"]);
});

test("a run that is asked for by name is that one or none", async () => {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona-serving-")));
  await expect(runToServe(workspace, undefined)).rejects.toThrow("There is no finished run to talk to.");
  await writeFinishedRun(workspace, { id: "bbbb", createdAt: "2026-01-02" });

  expect((await runToServe(workspace, "bb")).id).toBe("bbbb");
  expect((await runToServe(workspace, "latest")).id).toBe("bbbb");
  await expect(runToServe(workspace, "aaaa")).rejects.toThrow("There is no run aaaa.");
});

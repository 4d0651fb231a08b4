import { expect, test } from "vitest";
import { readRun } from "../../../src/handoffs/index.ts";
import { markRunsStale } from "../../../src/train/runs/stale.ts";
import { newWorkspace } from "../../new-workspace.ts";
import { writeRun } from "../run-record.ts";

test("runs of a data set, and those that went on from them, are marked as stale", async () => {
  const workspace = await newWorkspace();
  await writeRun(workspace, { id: "aaaa", dataset: "forgotten", createdAt: "2026-01-01" });
  await writeRun(workspace, { id: "bbbb", dataset: "kept", createdAt: "2026-01-02" });
  await writeRun(workspace, { id: "cccc", dataset: "kept", parent: "aaaa", createdAt: "2026-01-03" });
  await writeRun(workspace, { id: "dddd", dataset: "kept", parent: "cccc", createdAt: "2026-01-04" });
  const marked = await markRunsStale(workspace, ["forgotten"], "a person was forgotten");

  expect(marked).toEqual(["aaaa", "cccc", "dddd"]);
  expect((await readRun(workspace, "dddd"))?.stale?.reason).toBe("a person was forgotten");
  expect((await readRun(workspace, "bbbb"))?.stale).toBeUndefined();
});

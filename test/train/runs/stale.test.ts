import { expect, test } from "vitest";
import { readRun } from "../../../src/handoffs/index.ts";
import { markRunsOfOtherPrivacy, markRunsStale } from "../../../src/train/runs/stale.ts";
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

test("runs of other choices about privacy are marked with the choice, until it is made again", async () => {
  const workspace = await newWorkspace();
  await writeRun(workspace, { id: "aaaa", dataset: "open", createdAt: "2026-01-01" });
  await writeRun(workspace, { id: "bbbb", dataset: "private", createdAt: "2026-01-02" });
  await writeRun(workspace, { id: "cccc", dataset: "private", parent: "aaaa", createdAt: "2026-01-03" });
  const forgotten = { reason: "a person was forgotten", at: "2026-01-05" };
  await writeRun(workspace, { id: "dddd", dataset: "open", stale: forgotten, createdAt: "2026-01-04" });
  const reasons = async () =>
    Promise.all(
      ["aaaa", "bbbb", "cccc", "dddd"].map(async (id) => (await readRun(workspace, id))?.stale?.reason),
    );
  const other = "made with another choice of optedOut and country";
  const outdated = [{ id: "open", changed: ["optedOut", "country"] }];

  expect(await markRunsOfOtherPrivacy(workspace, outdated)).toEqual(["aaaa", "cccc"]);
  expect(await reasons()).toEqual([other, undefined, other, forgotten.reason]);
  expect(await markRunsOfOtherPrivacy(workspace, outdated)).toEqual([]);
  expect(await markRunsOfOtherPrivacy(workspace, [])).toEqual([]);
  expect(await reasons()).toEqual([undefined, undefined, undefined, forgotten.reason]);
});

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { RunRecord, ShardManifest } from "../../../src/handoffs/index.ts";
import { readEvents } from "../../../src/handoffs/read-events.ts";
import { listRuns, readRun, runDirectory } from "../../../src/handoffs/read-runs.ts";
import { servedRun } from "../../../src/handoffs/served-run.ts";
import { serveRun, serveRunBefore } from "../../../src/train/runs/choose-served.ts";
import { planPrune, prune } from "../../../src/train/runs/prune.ts";
import { publishAttempt, tidyUp } from "../../../src/train/runs/publish.ts";
import { withRunLock } from "../../../src/train/runs/run-lock.ts";
import { createRun, idOf, OutdatedAttempt, updateRun } from "../../../src/train/runs/runs.ts";
import { markRunsStale } from "../../../src/train/runs/stale.ts";
import { resolveBase } from "../../../src/train/trainer/base.ts";
import { estimateParameters } from "../../../src/train/trainer/base-size.ts";
import { findSlots } from "../../../src/train/trainer/slots.ts";
import { estimateDiskBytes } from "../../../src/train/worker/disk.ts";
import { openWorkspace, type Workspace } from "../../../src/workspace.ts";
import { writeFinishedRun, writeRun } from "../run-record.ts";

let workspace: Workspace;

beforeEach(async () => {
  workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona runs ")));
});

test("every run has an id that the queue takes, which refuses integers", () => {
  const manifest = { id: "data" } as ShardManifest;
  const base = { name: "gpt2" };
  for (let seed = 0; seed < 2000; seed++) {
    const id = idOf({ workspace, manifest, shardsDirectory: "", base, settings: { seed } });
    expect(id).toMatch(/^(?=.*[a-f])[0-9a-f]{10}$/);
  }
});

test("an attempt that is not the newest can neither change the record nor publish", async () => {
  const run = await makeRun("aaaa", { attempt: 2 });
  await makeFile("aaaa/attempt-1/model/config.json");
  await makeFile("aaaa/attempt-2/checkpoints/step-5/progress.json");

  await expect(updateRun(workspace, run.id, { state: "finished" }, { attempt: 1 })).rejects.toThrow(
    OutdatedAttempt,
  );
  await expect(publishAttempt(workspace, { id: run.id, attempt: 1 })).rejects.toThrow(OutdatedAttempt);
  expect(await readRun(workspace, run.id)).toEqual(run);
  expect(existsSync(path.join(runDirectory(workspace, run.id), "model"))).toBe(false);
});

test("publishing keeps the best checkpoint alone, and leaves newer attempts alone", async () => {
  await makeRun("aaaa", { attempt: 2 });
  for (const file of [
    "attempt-1/checkpoints/step-5/progress.json",
    "attempt-2/model/config.json",
    "attempt-2/model.gguf",
    "attempt-2/checkpoints/step-5/progress.json",
    "attempt-2/checkpoints/step-9/progress.json",
    "attempt-3/checkpoints/step-1/progress.json",
  ])
    await makeFile(`aaaa/${file}`);
  await publishAttempt(workspace, { id: "aaaa", attempt: 2 });
  await tidyUp(workspace, { id: "aaaa", attempt: 2 }, 9);

  const directory = runDirectory(workspace, "aaaa");
  expect((await readdir(directory)).toSorted()).toEqual([
    "attempt-2",
    "attempt-3",
    "model",
    "model.gguf",
    "run.json",
  ]);
  expect(await readdir(path.join(directory, "attempt-2/checkpoints"))).toEqual(["step-9"]);
});

test.runIf(process.platform === "linux")("a data directory that takes no files is named", async () => {
  // Nobody, not even root, makes folders there.
  const request = { workspace: openWorkspace("/sys/persona"), shardsDirectory: workspace.root };
  const manifest = { id: "data", persona: "Ana", rendering: "plain" } as ShardManifest;
  const created = createRun({ ...request, manifest, base: { name: "gpt2" }, settings: {} });

  await expect(created).rejects.toThrow(
    /^\/sys\/persona\/runs\/[0-9a-f]{10} cannot be written to \(\w+\)\.$/,
  );
});

test("a damaged record is named, is not pruned, and hides no other run", async () => {
  await makeRun("aaaa", {});
  await makeFile("bbbb/run.json");
  const later = Date.now() + 365 * 24 * 3_600_000;

  await expect(readRun(workspace, "bbbb")).rejects.toThrow(/bbbb.run\.json is damaged/);
  expect((await listRuns(workspace)).map(({ id }) => id)).toEqual(["aaaa"]);
  expect(await planPrune(workspace, { olderThanDays: 30, now: later })).toEqual([]);
});

test("changes of one record by many at once all arrive", async () => {
  await makeRun("aaaa", {});
  const raise = () =>
    updateRun(workspace, "aaaa", ({ fruitlessAttempts = 0 }) => ({
      fruitlessAttempts: fruitlessAttempts + 1,
    }));
  await Promise.all(Array.from({ length: 20 }, raise));

  expect((await readRun(workspace, "aaaa"))?.fruitlessAttempts).toBe(20);
});

test("a lock that a dead process left on a record is no obstacle", async () => {
  await makeRun("aaaa", {});
  const lock = path.join(runDirectory(workspace, "aaaa"), "record.lock");
  await writeFile(lock, "");
  await utimes(lock, new Date(0), new Date(0));

  expect(await withRunLock(runDirectory(workspace, "aaaa"), async () => "done")).toBe("done");
  expect(existsSync(lock)).toBe(false);
});

test("lines of an attempt behind those of a newer one are not read", async () => {
  await makeRun("aaaa", { attempt: 2 });
  const line = (attempt: number, sequence: number, name: string) =>
    JSON.stringify({ at: "", attempt, sequence, type: "phase", name });
  const lines = [
    line(1, 1, "one"),
    line(2, 1, "two"),
    line(1, 2, "late"),
    line(2, 2, "three"),
    '{"type":"st',
  ];
  await writeFile(path.join(runDirectory(workspace, "aaaa"), "events.jsonl"), lines.join("\n"));

  expect((await readEvents(workspace, "aaaa")).map(({ name }) => name)).toEqual(["one", "two", "three"]);
});

test("the run that answers can be changed and changed back, past runs that are gone", async () => {
  for (const id of ["aaaa", "bbbb", "cccc"]) {
    await serveRun(workspace, await makeRun(id, { state: "finished" }));
  }
  await updateRun(workspace, "bbbb", { state: "failed" });

  expect((await servedRun(workspace))?.id).toBe("cccc");
  expect(await serveRunBefore(workspace)).toBe("aaaa");
  expect((await servedRun(workspace))?.id).toBe("aaaa");
  await expect(serveRunBefore(workspace)).rejects.toThrow("No run answered before this one.");
  expect(JSON.parse(await readFile(workspace.servingFile, "utf8")).run).toBe("aaaa");
});

test("a run without a model cannot answer", async () => {
  const run = await makeRun("aaaa", { state: "cancelled" });

  await expect(serveRun(workspace, run)).rejects.toMatchObject({
    message: "Run aaaa is cancelled, so it has no model to serve.",
    fix: "persona runs resume aaaa",
  });
  await expect(serveRun(workspace, await makeRun("bbbb", { state: "running" }))).rejects.toMatchObject({
    message: "Run bbbb is running, so it has no model to serve.",
    fix: "Wait until it has finished: persona runs logs bbbb -f",
  });
});

test("runs of a data set, and those that went on from them, are marked as stale", async () => {
  await makeRun("aaaa", { dataset: "forgotten", createdAt: "2026-01-01" });
  await makeRun("bbbb", { dataset: "kept", createdAt: "2026-01-02" });
  await makeRun("cccc", { dataset: "kept", parent: "aaaa", createdAt: "2026-01-03" });

  expect(await markRunsStale(workspace, ["forgotten"], "a person was forgotten")).toEqual(["aaaa", "cccc"]);
  expect((await readRun(workspace, "cccc"))?.stale?.reason).toBe("a person was forgotten");
  expect((await readRun(workspace, "bbbb"))?.stale).toBeUndefined();
});

test("pruning takes what nothing goes on from, and shows it first", async () => {
  const now = Date.parse("2026-11-01");
  const heldOutLoss = { before: 3, best: 2, bestStep: 5 };
  await makeRun("done", { state: "finished", attempt: 2, heldOutLoss });
  await makeRun("stop", { state: "cancelled", attempt: 2, endedAt: "2026-10-31" });
  await makeRun("old", { state: "failed", attempt: 1, endedAt: "2026-01-01" });
  await makeRun("work", { state: "running", attempt: 2 });
  for (const file of [
    "done/attempt-1/checkpoints/step-3/weights",
    "done/attempt-2/checkpoints/step-5/weights",
    "done/attempt-2/checkpoints/step-9/weights",
    "done/attempt-2/checkpoints/step-9.77.tmp/weights",
    "stop/attempt-1/checkpoints/step-1/weights",
    "stop/attempt-1/checkpoints/step-2/weights",
    "stop/attempt-2/checkpoints/step-3/weights",
    "work/attempt-1/checkpoints/step-1/weights",
  ])
    await makeFile(file);
  await writeFile(
    path.join(runDirectory(workspace, "stop"), "events.jsonl"),
    `${JSON.stringify({ type: "evaluation", step: 1, loss: 1, tokens: 1, isBest: true })}\n`,
  );
  const items = await planPrune(workspace, { olderThanDays: 30, now });

  expect(items.map(({ run, part }) => path.join(run, part)).toSorted()).toEqual([
    "done/attempt-1",
    "done/attempt-2/checkpoints/step-9",
    "done/attempt-2/checkpoints/step-9.77.tmp",
    "old",
  ]);
  expect(items.every(({ bytes }) => bytes > 0)).toBe(true);
  await prune(workspace, items);
  expect(await planPrune(workspace, { olderThanDays: 30, now })).toEqual([]);
  expect(await readdir(workspace.runs)).not.toContain("old");
});

test("a run that was put to work again since the plan is not pruned", async () => {
  await makeRun("aaaa", { state: "failed", endedAt: "2026-01-01" });
  const items = await planPrune(workspace, { olderThanDays: 30 });
  await updateRun(workspace, "aaaa", { state: "queued" });
  await prune(workspace, items);

  expect(items).toHaveLength(1);
  expect(await readRun(workspace, "aaaa")).toBeDefined();
});

test("what is left of a half-deleted run goes once it is old", async () => {
  await makeFile("aaaa/attempt-1/checkpoints/step-3/weights");
  expect(await planPrune(workspace, { olderThanDays: 30 })).toEqual([]);
  const later = Date.now() + 2 * 3_600_000;

  expect(await planPrune(workspace, { olderThanDays: 30, now: later })).toMatchObject([
    { run: "aaaa", part: "", why: "left of a deleted run" },
  ]);
});

test("a base's size follows from its shape, its name or its files", async () => {
  await makeFile("base/model.safetensors", 2_000_000);
  const sizes = await Promise.all(
    [
      "gpt2",
      "openai-community/gpt2-large",
      "scratch:6x6x384",
      "HuggingFaceTB/SmolLM2-1.7B",
      "smollm2-135m",
      path.join(workspace.runs, "base"),
      "somebody/mystery",
    ].map((name) => estimateParameters({ name })),
  );

  expect(sizes).toEqual([124e6, 774e6, 30_308_736, 1.7e9, 135e6, 1e6, undefined]);
});

test("the disk that a run fills is four checkpoints and what it makes", async () => {
  const gigabytes = async (settings: RunRecord["settings"]) =>
    Math.round(((await estimateDiskBytes({ base: { name: "gpt2-large" }, settings })) ?? 0) / 1e9);

  expect(await gigabytes({})).toBe(43);
  expect(await gigabytes({ optimizer: "adamw-8bit" })).toBe(24);
  expect(await gigabytes({ lora: true })).toBe(7);
});

test("CUDA_VISIBLE_DEVICES chooses the cards; none is the processor", async () => {
  expect(await findSlots({ CUDA_VISIBLE_DEVICES: "1, GPU-5c" })).toEqual([
    { name: "gpu:1", environment: { CUDA_VISIBLE_DEVICES: "1" } },
    { name: "gpu:GPU-5c", environment: { CUDA_VISIBLE_DEVICES: "GPU-5c" } },
  ]);
  for (const none of ["", "-1"]) {
    expect(await findSlots({ CUDA_VISIBLE_DEVICES: none })).toEqual([{ name: "cpu", environment: {} }]);
  }
});

test("cards are those that the driver lists, numbered as it numbers them", async () => {
  const driver = path.join(workspace.root, "nvidia-smi");
  await writeFile(driver, "#!/bin/sh\nprintf '0\\n1\\n'\n", { mode: 0o755 });
  const environment = { PATH: `${workspace.root}:${process.env.PATH}` };
  const order = { CUDA_DEVICE_ORDER: "PCI_BUS_ID" };

  expect(await findSlots(environment)).toEqual([
    { name: "gpu:0", environment: { ...order, CUDA_VISIBLE_DEVICES: "0" } },
    { name: "gpu:1", environment: { ...order, CUDA_VISIBLE_DEVICES: "1" } },
  ]);

  await writeFile(driver, "#!/bin/sh\necho 'No devices were found'; exit 6\n", { mode: 0o755 });
  expect(await findSlots(environment)).toEqual([{ name: "cpu", environment: {} }]);
});

async function makeRun(id: string, change: Partial<RunRecord>): Promise<RunRecord> {
  const write = change.state === "finished" ? writeFinishedRun : writeRun;
  return write(workspace, { id, ...change });
}

async function makeFile(name: string, bytes = 10): Promise<void> {
  const file = path.join(workspace.runs, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, Buffer.alloc(bytes));
}

test.each(["scratch:2x3x32", "scratch:0x1x8", "scratch:2x2", "scratch:axbxc"])(
  "%s is refused before it is queued",
  async (name) => {
    await expect(resolveBase(name)).rejects.toThrow(`${name} is not a shape of a model.`);
  },
);

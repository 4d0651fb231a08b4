import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import {
  cancelRun,
  deleteRun,
  listRuns,
  pauseRun,
  readRun,
  resumeRun,
  serveRun,
} from "../../src/train/index.ts";
import { openQueue } from "../../src/train/queue/queue.ts";
import {
  countTo,
  recordOf,
  request,
  startStoppable,
  stepsOf,
  untilState,
  untilStep,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

const endless = { steps: 100_000, milliseconds: 10 };

const runs = useSmallRuns();

test("runs are taken by priority, and in the order of asking where that is equal", async () => {
  const asked = [
    await request(runs, { seed: 1 }),
    await request(runs, { seed: 2 }, { priority: 20 }),
    await request(runs, { seed: 3 }),
    await request(runs, { seed: 4 }, { priority: 1 }),
  ];
  await workOff(runs);

  const records = await Promise.all(asked.map(({ run }) => recordOf(runs, run.id)));
  const byStart = records.toSorted((a, b) => ((a.startedAt ?? "") < (b.startedAt ?? "") ? -1 : 1));
  expect(byStart.map(({ settings }) => settings.seed)).toEqual([4, 1, 3, 2]);
  expect(records.map(({ state }) => state)).toEqual(["finished", "finished", "finished", "finished"]);
});

test("the same request of many terminals at once is one run that is trained once", async () => {
  const asked = await Promise.all(countTo(8).map(() => request(runs, { seed: 10 })));
  await workOff(runs);
  const record = await recordOf(runs, asked[0]?.run.id ?? "");

  expect(new Set(asked.map(({ run }) => run.id)).size).toBe(1);
  expect(record).toMatchObject({ state: "finished", attempt: 1 });
  expect((await request(runs, { seed: 10 })).reused).toBe(true);
});

test("a waiting run can be paused and cancelled, and is not taken", async () => {
  const { run: paused } = await request(runs, { seed: 20 });
  const { run: cancelled } = await request(runs, { seed: 21 });
  await pauseRun(runs.server, runs.workspace, paused);
  await cancelRun(runs.server, runs.workspace, cancelled);
  await workOff(runs);

  expect(await recordOf(runs, paused.id)).toMatchObject({ state: "paused", attempt: 0 });
  expect(await recordOf(runs, cancelled.id)).toMatchObject({ state: "cancelled", attempt: 0 });
});

test("a running run hears of a pause within a second, saves, and goes on from there when resumed", async () => {
  const { run } = await request(runs, { ...endless, seed: 30 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 5);
  await pauseRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "paused");
  await sleep(300);
  const before = await stepsOf(runs, run.id);
  await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilStep(runs, run.id, before.length + 5);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "cancelled");
  await worker.leave();

  const steps = await stepsOf(runs, run.id);
  expect(steps).toEqual(countTo(steps.length));
});

test("a run that is stopped and resumed at once is not lost between the two", async () => {
  const { run } = await request(runs, { ...endless, seed: 40 });
  const worker = startStoppable(runs);
  for (const attempt of countTo(4)) {
    while ((await recordOf(runs, run.id)).attempt < attempt) await sleep(10);
    await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
    await untilState(runs, run.id, "cancelled");
    await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  }
  while ((await recordOf(runs, run.id)).attempt < 5) await sleep(10);
  await worker.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 5 });
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
});

test("a run whose job is gone by the time that it is looked at is queued again", async () => {
  const { queue } = openQueue(runs.server);
  const add = queue.add.bind(queue);
  vi.spyOn(queue, "add").mockImplementationOnce(async (...order) => {
    const job = await add(...order);
    await job.remove();
    return job;
  });
  const { run } = await request(runs, { seed: 45 });
  await workOff(runs);

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
});

test("a cancelled run that is asked for again goes on", async () => {
  const { run } = await request(runs, { seed: 50 });
  await cancelRun(runs.server, runs.workspace, run);
  await request(runs, { seed: 50 });
  await workOff(runs);

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
});

test("a run is deleted with all it wrote, but not while it runs, and the one that answers only by force", async () => {
  const { run } = await request(runs, { ...endless, seed: 60 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 1);
  const erase = async (id: string, force = false) =>
    deleteRun(runs.server, runs.workspace, await recordOf(runs, id), { force });
  await expect(erase(run.id)).rejects.toThrow(`Run ${run.id} is running.`);
  await worker.leave();
  await erase(run.id);
  expect(await readRun(runs.workspace, run.id)).toBeUndefined();
  expect(await readdir(runs.workspace.runs)).not.toContain(run.id);

  const { run: other } = await request(runs, { seed: 61 });
  await workOff(runs);
  await serveRun(runs.workspace, await recordOf(runs, other.id));
  await expect(erase(other.id)).rejects.toThrow("is the one that answers");
  await erase(other.id, true);
  expect((await listRuns(runs.workspace)).map(({ id }) => id)).not.toContain(other.id);
});

test("a run that another is to start from is not deleted", async () => {
  const { run: parent } = await request(runs, { seed: 70 });
  await workOff(runs);
  const { run: child } = await request(runs, { seed: 71 }, { parent: parent.id });
  const erase = () => deleteRun(runs.server, runs.workspace, parent, { force: true });

  await expect(erase()).rejects.toThrow(`Run ${child.id} starts from run ${parent.id}.`);
  await cancelRun(runs.server, runs.workspace, child);
});

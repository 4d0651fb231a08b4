import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { runDirectory } from "../../src/handoffs/index.ts";
import { cancelRun, deleteRun, readEvents, resumeRun } from "../../src/train/index.ts";
import { openQueue } from "../../src/train/queue/queue.ts";
import {
  countTo,
  lockDurationMs,
  recordOf,
  request,
  startStoppable,
  startWorkerProcess,
  stepsOf,
  untilState,
  untilStep,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

const runs = useSmallRuns();
const endless = { steps: 100_000, milliseconds: 10 };

test("what goes wrong in the worker is tried again once, and then told", async () => {
  const { run } = await request(runs, { seed: 1 });
  await mkdir(path.join(runDirectory(runs.workspace, run.id), "events.jsonl"));
  await workOff(runs, { idleBeforeExitMs: 2000 });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "failed",
    attempt: 2,
    failure: { reason: expect.stringMatching(/^The worker failed: EISDIR.*, for the second time$/) },
  });
});

test("what goes wrong in the worker once costs nothing", async () => {
  const { run } = await request(runs, { seed: 2 });
  const events = path.join(runDirectory(runs.workspace, run.id), "events.jsonl");
  await mkdir(events);
  const worker = startStoppable(runs);
  while ((await recordOf(runs, run.id)).attempt < 1) await sleep(10);
  await sleep(200);
  await rm(events, { recursive: true });
  await untilState(runs, run.id, "finished");
  await worker.leave();
});

test("a run that finishes while it is being cancelled stays finished", async () => {
  const { run } = await request(runs, { seed: 3 });
  await workOff(runs);
  const seen = { ...(await recordOf(runs, run.id)), state: "running" as const };

  await expect(cancelRun(runs.server, runs.workspace, seen)).rejects.toThrow(`Run ${run.id} is finished`);
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
});

test("a dead worker's run that is not deleted stays in the queue", async () => {
  const { run } = await request(runs, { ...endless, seed: 4 });
  const victim = startWorkerProcess(runs);
  await untilStep(runs, run.id, 3);
  victim.kill("SIGKILL");
  await sleep(1.2 * lockDurationMs);
  const erase = deleteRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await expect(erase).rejects.toThrow(`Run ${run.id} is running.`);
  const worker = startStoppable(runs);
  while ((await recordOf(runs, run.id)).attempt < 2) await sleep(20);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "cancelled");
  await worker.leave();
});

test("a run whose record cannot be read for a while waits in the queue", async () => {
  const { run } = await request(runs, { seed: 5 });
  const file = path.join(runDirectory(runs.workspace, run.id), "run.json");
  const content = await readFile(file);
  await writeFile(file, "{");
  const worker = startStoppable(runs);
  await sleep(1000);
  await writeFile(file, content);
  await untilState(runs, run.id, "finished");
  await worker.leave();
});

test("a server that is busy when a run finishes does not fail it", async () => {
  const { run } = await request(runs, { steps: 30, milliseconds: 20, seed: 6 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 5);
  const redis = runs.server.connect();
  await redis.config("SET", "busy-reply-threshold", "1");
  const busy = runs.server.connect();
  busy.eval("while true do end", 0).catch(() => {});
  const hasFinished = async () =>
    (await readEvents(runs.workspace, run.id)).some(({ type }) => type === "finished");
  while (!(await hasFinished())) await sleep(20);
  await sleep(500);
  await redis.script("KILL");
  while ((await recordOf(runs, run.id)).state === "running") await sleep(20);
  await untilState(runs, run.id, "finished");
  await worker.leave();
});

test("a server that lost its last second does not cost an attempt its result", async () => {
  const { run } = await request(runs, { steps: 30, milliseconds: 20, seed: 7 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 5);
  await openQueue(runs.server).redis.set(`{persona}:attempt:${run.id}`, 0);
  while ((await recordOf(runs, run.id)).state === "running") await sleep(20);
  await worker.leave();
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 1 });
});

test("a run that is resumed before it has followed its cancellation goes on", async () => {
  const { run } = await request(runs, { steps: 100, milliseconds: 20, seed: 8 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 5);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  while ((await recordOf(runs, run.id)).state === "running") await sleep(20);
  await worker.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 1 });
  expect(await stepsOf(runs, run.id)).toEqual(countTo(100));
});

test("so does one that is resumed while it saves", async () => {
  const { run } = await request(runs, { seed: 12 });
  const script = "../test/fixtures/trainers/saves_slowly.py";
  const worker = startStoppable(runs, { script });
  await untilStep(runs, run.id, 1);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  // Longer than until it hears of it, shorter than its save.
  await sleep(1000);
  await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  while ((await recordOf(runs, run.id)).attempt === 1 && (await recordOf(runs, run.id)).state !== "cancelled")
    await sleep(20);
  expect(await recordOf(runs, run.id)).toMatchObject({ attempt: 2 });
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "cancelled");
  await worker.leave();
});

test("a worker that leaves is no reason to give its run up", async () => {
  const { run } = await request(runs, { seed: 9 });
  const script = "../test/fixtures/trainers/hangs.py";
  for (const attempt of countTo(4)) {
    const worker = startStoppable(runs, { script, fruitlessAttempts: 2, killAfterMs: 100 });
    while ((await recordOf(runs, run.id)).attempt < attempt) await sleep(20);
    await worker.leave();
  }
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 4 });
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
});

test("a run whose order the server has lost is queued again by the next worker", async () => {
  const { run } = await request(runs, { seed: 10 });
  await openQueue(runs.server).redis.flushall();
  await workOff(runs);
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
});

test("a run that waits for its next try takes a new priority", async () => {
  const { run } = await request(runs, { seed: 11 }, { base: "gpt2-xl" });
  await workOff(runs);
  await request(runs, { seed: 11 }, { base: "gpt2-xl", priority: 2 });
  expect((await openQueue(runs.server).queue.getJob(run.id))?.priority).toBe(2);
  await cancelRun(runs.server, runs.workspace, run);
});

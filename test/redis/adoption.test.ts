import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { cancelRun, readEvents } from "../../src/train/index.ts";
import {
  countTo,
  lockDurationMs,
  lossesOf,
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

test("a killed worker's trainer saves and ends, and another worker goes on from there", async () => {
  const { run } = await request(runs, { steps: 200, milliseconds: 20, seed: 1 });
  const victim = startWorkerProcess(runs);
  await untilStep(runs, run.id, 5);
  victim.kill("SIGKILL");
  await workOff(runs, { idleBeforeExitMs: 3 * lockDurationMs });

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 2 });
  const losses = undisturbed(200, 1);
  const seen = await lossesOf(runs, run.id);
  expect(new Set(seen.map(([step]) => step)).size).toBeGreaterThan(150);
  for (const [step, loss] of seen) expect(loss).toBe(losses[step - 1]);
});

test("a worker that slept through its lock cannot write when it wakes", async () => {
  const { run } = await request(runs, { steps: 150, milliseconds: 20, seed: 2 });
  const sleeper = startWorkerProcess(runs);
  await untilStep(runs, run.id, 5);
  sleeper.kill("SIGSTOP");
  const other = startStoppable(runs, { killAfterMs: 1000 });
  while ((await recordOf(runs, run.id)).attempt < 2) await sleep(20);
  sleeper.kill("SIGCONT");
  await untilState(runs, run.id, "finished");
  await sleep(1000);
  sleeper.kill("SIGKILL");
  await other.leave();

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 2 });
  const published = path.join(runs.workspace.runs, run.id, "model", "made-by");
  expect(await readFile(published, "utf8")).toBe("2");
  const losses = undisturbed(150, 2);
  for (const [step, loss] of await lossesOf(runs, run.id)) expect(loss).toBe(losses[step - 1]);
});

test("an orphaned trainer that hangs is ended by whoever takes the run next", async () => {
  const { run } = await request(runs, { seed: 3 });
  const victim = startWorkerProcess(runs, { script: "../test/fixtures/trainers/hangs.py" });
  while ((await recordOf(runs, run.id)).trainer === undefined) await sleep(20);
  const { trainer } = await recordOf(runs, run.id);
  victim.kill("SIGKILL");
  await workOff(runs, { killAfterMs: 500, idleBeforeExitMs: 3 * lockDurationMs });

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 2 });
  expect(() => process.kill(trainer?.pids[0] ?? 0, 0)).toThrow("ESRCH");
});

test("training goes on while the server is away for longer than the lock lasts", async () => {
  const { run } = await request(runs, { steps: 400, milliseconds: 20, seed: 4 });
  const worker = startStoppable(runs);
  await untilStep(runs, run.id, 5);
  const [, pid] = /process_id:(\d+)/.exec(await runs.server.connect().info("server")) ?? [];
  process.kill(Number(pid), "SIGSTOP");
  await sleep(2 * lockDurationMs);
  const before = (await stepsOf(runs, run.id)).length;
  process.kill(Number(pid), "SIGCONT");
  await untilState(runs, run.id, "finished");
  await worker.leave();

  const live = await runs.server.connect().xlen(`{persona}:events:${run.id}`);
  expect(before).toBeGreaterThan(50);
  expect(await stepsOf(runs, run.id)).toEqual(countTo(400));
  // What the server missed has followed.
  expect(live).toBe((await readEvents(runs.workspace, run.id)).length);
});

test("a worker that is asked to leave while the server is away saves and leaves", async () => {
  const { run } = await request(runs, { steps: 100_000, milliseconds: 20, seed: 6 });
  const worker = startWorkerProcess(runs);
  await untilStep(runs, run.id, 5);
  const [, pid] = /process_id:(\d+)/.exec(await runs.server.connect().info("server")) ?? [];
  process.kill(Number(pid), "SIGSTOP");
  const hasLeft = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGTERM");
  await hasLeft;
  process.kill(Number(pid), "SIGCONT");
  const steps = await goOnWithTheNext(run.id);

  expect(steps).toEqual(countTo(steps.length));
  expect(await recordOf(runs, run.id)).toMatchObject({ attempt: 2 });
});

test("a worker that is asked to leave saves, and its run goes on with the next", async () => {
  const { run } = await request(runs, { steps: 100_000, milliseconds: 20, seed: 5 });
  const worker = startWorkerProcess(runs);
  await untilStep(runs, run.id, 5);
  worker.kill("SIGTERM");
  await untilState(runs, run.id, "queued");
  const steps = await goOnWithTheNext(run.id);

  expect(steps).toEqual(countTo(steps.length));
});

/** Another worker takes a run five steps further, where it is cancelled; returns all its steps. */
async function goOnWithTheNext(id: string): Promise<number[]> {
  const next = startStoppable(runs);
  const before = (await stepsOf(runs, id)).length;
  await untilStep(runs, id, before + 5);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, id));
  await untilState(runs, id, "cancelled");
  await next.leave();
  return stepsOf(runs, id);
}

/** What counts.py says when nothing happens to it. */
function undisturbed(steps: number, seed: number): number[] {
  let state = BigInt(seed);
  return countTo(steps).map(() => {
    state = (state * 1103515245n + 12345n) % 2n ** 31n;
    return Number(state) / 2 ** 31;
  });
}

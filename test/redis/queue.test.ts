import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { projectRoot } from "../../src/project.ts";
import { cancelRun, pauseRun, resumeRun } from "../../src/train/index.ts";
import {
  countTo,
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

// The trainer as people have it; what the queue does with trainers in general is tested with one that only counts.
const script = "finetune.py";
const quick = { steps: 6, contextLength: 64, tokensPerStep: 128, evaluateEvery: 3 };
const endless = { ...quick, steps: 100_000, evaluateEvery: 100_000 };

const runs = useSmallRuns();

test("a two-layer GPT-2 goes through the queue to a published model", { timeout: 180_000 }, async () => {
  const { run } = await request(runs, quick);
  await workOff(runs, { script });
  const finished = await recordOf(runs, run.id);
  const files = await readdir(path.join(runs.workspace.runs, run.id));

  expect(finished).toMatchObject({ state: "finished", attempt: 1 });
  expect(finished.heldOutLoss?.best).toBeLessThan(finished.heldOutLoss?.before ?? 0);
  expect(finished.personaBitsPerByte?.best).toBeLessThan(finished.personaBitsPerByte?.before ?? 0);
  expect(files).toEqual(
    expect.arrayContaining(["events.jsonl", "manifest.json", "model", "model.gguf", "run.json"]),
  );
  expect((await request(runs, quick)).reused).toBe(true);
});

test("a running run is stopped through the server, and resumed from its checkpoint", {
  timeout: 180_000,
}, async () => {
  const { run } = await request(runs, { ...endless, seed: 3 });
  const worker = startStoppable(runs, { script });
  await untilStep(runs, run.id, 1);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "cancelled");
  await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  const before = (await stepsOf(runs, run.id)).length;
  await untilStep(runs, run.id, before + 1);
  await worker.leave();

  const steps = await stepsOf(runs, run.id);
  expect(steps).toEqual(countTo(steps.length));
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 2 });
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
});

test("a worker killed in mid-run is replaced, and the run goes on", { timeout: 240_000 }, async () => {
  const { run } = await request(runs, { ...quick, steps: 60, evaluateEvery: 60, seed: 4 });
  const victim = startWorkerProcess(runs, { script });
  await untilStep(runs, run.id, 1);
  victim.kill("SIGKILL");
  await workOff(runs, { script, idleBeforeExitMs: 8000 });

  const ended = await recordOf(runs, run.id);
  const steps = await stepsOf(runs, run.id);
  expect(ended).toMatchObject({ state: "finished" });
  expect(ended.attempt).toBeGreaterThan(1);
  // The orphaned trainer saved before it ended, so no step is done twice.
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(steps.length).toBeGreaterThan(2);
});

test.runIf(existsSync(path.join(projectRoot, "scripts/trainer/distributed.py")))(
  "a run on two places of a machine is trained by two processes, stopped as one, and resumed",
  { timeout: 240_000 },
  async () => {
    const { run } = await request(runs, { ...endless, gpus: 2, precision: "fp32", seed: 5 });
    // Two processes of one processor: what is tested is that they find each other and end together.
    const slots = ["cpu:0", "cpu:1"].map((name) => ({ name, environment: { OMP_NUM_THREADS: "1" } }));
    const worker = startStoppable(runs, { script, slots });
    await untilStep(runs, run.id, 2);
    await pauseRun(runs.server, runs.workspace, await recordOf(runs, run.id));
    await untilState(runs, run.id, "paused");
    const before = (await stepsOf(runs, run.id)).length;
    await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
    await untilStep(runs, run.id, before + 2);
    await worker.leave();

    const steps = await stepsOf(runs, run.id);
    const { trainer } = await recordOf(runs, run.id);
    expect(steps).toEqual(countTo(steps.length));
    expect(trainer?.pids).toHaveLength(2);
    for (const pid of trainer?.pids ?? []) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  },
);

test("a server that dies in mid-run is started again, and the run goes on", {
  timeout: 240_000,
}, async () => {
  const { run } = await request(runs, { ...endless, seed: 6 });
  const notes: string[] = [];
  const worker = startStoppable(runs, { script, note: (line) => void notes.push(line) });
  await untilStep(runs, run.id, 1);
  const [, pid] = /process_id:(\d+)/.exec(await runs.server.connect().info("server")) ?? [];
  process.kill(Number(pid), "SIGKILL");
  while (!notes.includes("The queue's server is back.")) await sleep(50);
  const before = (await stepsOf(runs, run.id)).length;
  await untilStep(runs, run.id, before + 1);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "cancelled");
  await worker.leave();

  const steps = await stepsOf(runs, run.id);
  expect(steps).toEqual(countTo(steps.length));
});

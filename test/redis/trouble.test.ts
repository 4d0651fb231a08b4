import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { cancelRun, readEvents, resumeRun } from "../../src/train/index.ts";
import {
  recordOf,
  request,
  startStoppable,
  untilState,
  untilStep,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

const trainer = (name: string) => `../test/fixtures/trainers/${name}.py`;

const runs = useSmallRuns();

test("a crash is a failed run with the trainer's last lines, and is not tried again", async () => {
  const { run } = await request(runs, { seed: 1 });
  await workOff(runs, { script: trainer("crashes") });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "failed",
    attempt: 1,
    failure: { reason: expect.stringContaining("CUDA error: device-side assert triggered") },
  });
});

test("a trainer that somebody stops before it has measured anything goes on", async () => {
  const { run } = await request(runs, {
    seed: 9,
    steps: 2,
    contextLength: 64,
    precision: "fp32",
    noExport: true,
  });
  const worker = startStoppable(runs, { script: "finetune.py" });
  const hasBegun = async () =>
    (await readEvents(runs.workspace, run.id)).some(({ type }) => type === "phase");
  while (!(await hasBegun())) await sleep(5);
  const [pid = 0] = (await recordOf(runs, run.id)).trainer?.pids ?? [];
  process.kill(pid, "SIGTERM");
  await untilState(runs, run.id, "finished");
  await worker.leave();

  const stopped = (await readEvents(runs.workspace, run.id)).find(({ type }) => type === "finished");
  expect(stopped).toMatchObject({ stopped: true, bestLoss: null });
  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 2 });
});

test("what the trainer refuses is told in its own words", async () => {
  const { run } = await request(runs, { seed: 2 });
  await workOff(runs, { script: trainer("refuses") });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "failed",
    attempt: 1,
    failure: { reason: "The mask is empty", fix: "Choose another persona" },
  });
});

test("a full disk pauses the run; resumed, it goes on", async () => {
  const { run } = await request(runs, { seed: 3 });
  await workOff(runs, { script: trainer("fills_disk") });
  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "paused",
    failure: { reason: "The disk is full; the checkpoints before are whole" },
  });
  await resumeRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await workOff(runs);

  const record = await recordOf(runs, run.id);
  expect(record).toMatchObject({ state: "finished" });
  expect(record.failure).toBeUndefined();
});

test("a lost GPU is tried again once", async () => {
  const { run } = await request(runs, { seed: 4 });
  const startedAt: number[] = [];
  const note = (line: string) => void (line.includes("attempt") && startedAt.push(Date.now()));
  await workOff(runs, { script: trainer("loses_gpu"), lostGpuMs: 2500, note });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "failed",
    attempt: 2,
    failure: { reason: expect.stringMatching(/^The GPU was lost: .*, for the second time$/) },
  });
  const [first = 0, second = 0] = startedAt;
  expect(second - first).toBeGreaterThan(2500);
});

test("a trainer that is killed every time is given up after some attempts without a checkpoint", async () => {
  const { run } = await request(runs, { seed: 5 });
  await workOff(runs, { script: trainer("is_killed"), fruitlessAttempts: 3, idleBeforeExitMs: 2000 });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "failed",
    attempt: 3,
    failure: { reason: "3 attempts in a row ended without a checkpoint" },
  });
});

test("a trainer that says nothing is killed and started again", async () => {
  const { run } = await request(runs, { seed: 6, recovers: true });
  await workOff(runs, { script: trainer("hangs"), silenceMs: 800, killAfterMs: 400, idleBeforeExitMs: 2000 });

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished", attempt: 2 });
});

test("a trainer that falls silent a second time is a failed run", async () => {
  const { run } = await request(runs, { seed: 7 });
  await workOff(runs, { script: trainer("hangs"), silenceMs: 600, killAfterMs: 300, idleBeforeExitMs: 2000 });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "failed",
    attempt: 2,
    failure: { reason: expect.stringContaining("said nothing for 0.6 s") },
  });
});

test("nobody kills a trainer while its checkpoint grows", async () => {
  const { run } = await request(runs, { seed: 8 });
  const worker = startStoppable(runs, { script: trainer("saves_slowly"), killAfterMs: 500 });
  await untilStep(runs, run.id, 1);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, run.id));
  await untilState(runs, run.id, "cancelled");
  await worker.leave();

  const said = (await readEvents(runs.workspace, run.id)).map(({ type }) => type);
  expect(said).toEqual(["step", "checkpoint-saved", "finished"]);
});

test("a trainer may chatter all night, and say what is not known here", async () => {
  const { run } = await request(runs, { seed: 9 });
  await workOff(runs, { script: trainer("chatters") });

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "finished" });
});

test("half a line that a power cut left costs no other event", async () => {
  const { run } = await request(runs, { seed: 10 });
  const events = `${runs.workspace.runs}/${run.id}/events.jsonl`;
  await writeFile(events, '{"type":"phase","name":"loading","attempt":1,"sequence":1}\n{"type":"st');
  await workOff(runs);

  const said = (await readEvents(runs.workspace, run.id)).map(({ type }) => type);
  expect(said.slice(0, 3)).toEqual(["phase", "evaluation", "step"]);
});

test("a run of a base that fills the disk is refused with numbers", async () => {
  const { run } = await request(runs, { seed: 11 }, { base: "scratch:900x64x65536" });
  await workOff(runs, { anySize: true });

  expect(await recordOf(runs, run.id)).toMatchObject({
    state: "paused",
    attempt: 0,
    failure: { reason: expect.stringMatching(/fills up to \d+\.\d GB of disk, and .* has \d+\.\d GB free/) },
  });
});

test("a run that leaves no memory to this machine is left to others, and the worker's way out is free", async () => {
  const { run } = await request(runs, { seed: 12 }, { base: "gpt2-xl" });
  const notes: string[] = [];
  await workOff(runs, { note: (line) => void notes.push(line) });

  expect(await recordOf(runs, run.id)).toMatchObject({ state: "queued", attempt: 0 });
  expect(notes.join("\n")).toMatch(
    /waits for a worker with a GPU or more memory: gpt2-xl needs about 24\.9 GB/,
  );
  await cancelRun(runs.server, runs.workspace, run);
});

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { rankRuns } from "../../src/evaluate/index.ts";
import type { RunRecord } from "../../src/handoffs/index.ts";
import {
  cancelRun,
  pauseRun,
  planSweep,
  readEvents,
  readSweep,
  requestSweep,
  resumeRun,
  runsOfSweep,
  type Sweep,
  workDone,
} from "../../src/train/index.ts";
import { listQueued, openQueue } from "../../src/train/queue/index.ts";

import {
  countTo,
  recordOf,
  startStoppable,
  startWorkerProcess,
  stepsOf,
  untilState,
  useSmallRuns,
  workOff,
} from "./small-runs.ts";

const runs = useSmallRuns();
const steps = 30;

test("the worse part of a sweep is dropped where all wait for each other, and the rest is as if nobody had waited", async () => {
  const { sweep, ids } = await ask([1.4, 1.1, 1.3, 1.2], { seed: 1 });
  await workOff(runs);

  expect(await statesOf(ids)).toEqual(["dropped", "finished", "dropped", "finished"]);
  expect(await stepsOf(runs, ids[0] as string)).toEqual(countTo(9));
  expect(await stepsOf(runs, ids[1] as string)).toEqual(countTo(30));
  expect((await recordOf(runs, ids[0] as string)).sweep).toEqual({
    id: sweep.id,
    dropped: "1.500 bits a byte at 33 %, where the best 2 had 1.300 or less",
  });
  expect(await readSweep(runs.workspace, sweep.id)).toMatchObject({
    decisions: [{ dropped: [ids[2], ids[0]] }],
  });
});

test("nobody is dropped by figures of different held-out words", async () => {
  for (const [bytes, states] of [
    [
      [500, 500, 500],
      ["dropped", "finished", "finished"],
    ],
    [
      [500, 400, 500],
      ["finished", "finished", "finished"],
    ],
  ] as const) {
    const seed = 9 + (bytes[1] ?? 0);
    const requests = [1.4, 1.1, 1.3].map((bits, index) =>
      requestOf(bits, { seed, bytes: bytes[index] ?? 0 }),
    );
    const plan = planSweep(requests);
    const { id } = await requestSweep(runs.server, runs.workspace, plan);
    await workOff(runs);

    expect(await statesOf([...plan.requests.keys()])).toEqual(states);
    const sweep = (await readSweep(runs.workspace, id)) as Sweep;
    const { done, total } = await workDone(runs.server, sweep, await runsOfSweep(runs.workspace, sweep));
    expect(done).toBeCloseTo(total);
  }
});

test("two runs both go to their end, and one alone is a sweep too", async () => {
  for (const bits of [[1.2, 1.1], [1.1]]) {
    const { ids } = await ask(bits, { seed: bits.length + 1 });
    await workOff(runs);
    expect(await statesOf(ids)).toEqual(bits.map(() => "finished"));
  }
});

test("requests that are the same are one run", () => {
  const plan = planSweep([1, 1, 2].map((bits) => requestOf(bits, {})));

  expect(plan.requests.size).toBe(2);
  expect(planSweep([2, 1].map((bits) => requestOf(bits, {}))).id).toBe(plan.id);
});

test("a sweep goes on where it was after its worker was killed, whenever that is", async () => {
  const { ids } = await ask([1.4, 1.1, 1.3, 1.2], { seed: 4, milliseconds: 20 });
  for (let kills = 0; kills < 3; kills++) {
    const worker = startWorkerProcess(runs);
    await sleep(400 + 500 * kills);
    const isGone = new Promise((resolve) => worker.once("exit", resolve));
    worker.kill("SIGKILL");
    await isGone;
  }
  await workOff(runs);

  expect(await statesOf(ids)).toEqual(["dropped", "finished", "dropped", "finished"]);
});

test("a run that fails or is cancelled is not waited for, and one that a person paused is", async () => {
  const { sweep, ids } = await ask([1.4, 1.1, 1.3, 1.2], { seed: 5 });
  const [first, second, third] = await runsOfSweep(runs.workspace, sweep);
  await cancelRun(runs.server, runs.workspace, second as RunRecord);
  await pauseRun(runs.server, runs.workspace, third as RunRecord);
  await workOff(runs);
  expect(await statesOf(ids)).toEqual(["paused", "cancelled", "paused", "paused"]);
  expect((await recordOf(runs, (first as RunRecord).id)).sweep?.waitsAt).toBeCloseTo(1 / 3);

  await resumeRun(runs.server, runs.workspace, await recordOf(runs, ids[2] as string));
  await workOff(runs);
  expect(await statesOf(ids)).toEqual(["dropped", "cancelled", "finished", "finished"]);
});

test("asked for again, only what was interrupted is queued; what was dropped goes on only if a person resumes it", async () => {
  const { ids } = await ask([1.4, 1.1, 1.3], { seed: 6, milliseconds: 30 });
  const worker = startStoppable(runs);
  await untilState(runs, ids[0] as string, "running");
  await pauseRun(runs.server, runs.workspace, await recordOf(runs, ids[0] as string));
  await untilState(runs, ids[0] as string, "paused");
  await worker.leave();
  await ask([1.4, 1.1, 1.3], { seed: 6, milliseconds: 30 });
  await workOff(runs);
  expect(await statesOf(ids)).toEqual(["dropped", "finished", "finished"]);

  await ask([1.4, 1.1, 1.3], { seed: 6, milliseconds: 30 });
  expect(await listQueued(openQueue(runs.server))).toEqual([]);
  await resumeRun(runs.server, runs.workspace, await recordOf(runs, ids[0] as string));
  await workOff(runs);
  expect(await statesOf(ids)).toEqual(["finished", "finished", "finished"]);
  expect(await stepsOf(runs, ids[0] as string)).toEqual(countTo(steps));
});

test("a damaged sweep is named with its remedy, and the others go on", async () => {
  const { ids } = await ask([1.4, 1.1, 1.3], { seed: 8 });
  await pauseRun(runs.server, runs.workspace, await recordOf(runs, ids[0] as string));
  await workOff(runs);
  await cancelRun(runs.server, runs.workspace, await recordOf(runs, ids[0] as string));
  const damaged = path.join(runs.workspace.sweeps, "sweep-000000");
  await mkdir(damaged);
  await writeFile(path.join(damaged, "sweep.json"), "{");
  const notes: string[] = [];
  await workOff(runs, { note: (line) => notes.push(line), lookThroughEveryMs: 50 });
  await rm(damaged, { recursive: true });

  expect(await statesOf(ids)).toEqual(["cancelled", "finished", "finished"]);
  expect(notes.filter((note) => note.includes("sweep-000000"))).toEqual([
    expect.stringMatching(
      /sweep\.json is damaged, .*\n {2}Fix: Remove its folder, and ask for the sweep again/,
    ),
  ]);
});

test("a run that was trained before is compared by what it had measured at the rung", async () => {
  const alone = await ask([1.35], { seed: 7 });
  await workOff(runs);
  const { sweep, ids } = await ask([1.1, 1.35, 1.3], { seed: 7 });
  await workOff(runs);

  expect(alone.ids[0]).toBe(ids[1]);
  expect(await statesOf(ids)).toEqual(["finished", "finished", "finished"]);
  const { decisions } = (await readSweep(runs.workspace, sweep.id)) ?? { decisions: [] };
  expect(decisions[0]?.figures[ids[1] as string]).toBeCloseTo(1.35 + 1 / 10, 6);
});

test("the real trainer waits, goes on or is dropped, and ends with what the persona's words cost in each conversation", {
  timeout: 600_000,
}, async () => {
  const small = { steps: 6, evaluateEvery: 2, contextLength: 64, tokensPerStep: 256, evaluationRows: 100 };
  const { workspace, prepared } = runs;
  const plan = planSweep(
    [1e-2, 1e-9, 3e-3].map((learningRate) => ({
      workspace,
      manifest: prepared.manifest,
      shardsDirectory: prepared.directory,
      base: { name: "scratch:2x2x32" },
      settings: { ...small, learningRate, precision: "fp32", noExport: true },
    })),
  );
  const sweep = await requestSweep(runs.server, workspace, plan);
  await workOff(runs, { script: "finetune.py", idleBeforeExitMs: 3000 });
  const ids = [...plan.requests.keys()];
  const ended = await Promise.all(ids.map((id) => recordOf(runs, id)));
  const events = await Promise.all(ids.map((id) => readEvents(workspace, id)));

  expect(ended.map(({ state, failure }) => failure?.reason ?? state)).toEqual([
    "finished",
    "dropped",
    "finished",
  ]);
  expect(await Promise.all(ids.map(async (id) => (await stepsOf(runs, id)).length))).toEqual([6, 2, 6]);
  const ranking = rankRuns(
    ended.map((run, index) => ({ run, events: events[index] ?? [], evaluation: undefined })),
  );
  expect(ranking.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  expect(ranking[1]?.behind).toBeGreaterThan(0);
  const [first] = events.map((said) => said.findLast((event) => event.type === "finished"));
  const [bits, bytes] = [0, 1].map((column) => sumOf(first?.personaWords, column)) as [number, number];
  expect(bits / bytes).toBeCloseTo(ended[0]?.personaBitsPerByte?.best ?? 0, 2);
  expect((await readSweep(workspace, sweep.id))?.decisions[0]?.dropped).toEqual([ids[1]]);
});

function requestOf(bits: number, settings: RunRecord["settings"]) {
  const { workspace, prepared } = runs;
  return {
    workspace,
    manifest: prepared?.manifest ?? ({ id: "data" } as never),
    shardsDirectory: prepared?.directory ?? "",
    base: { name: "scratch:2x2x32" },
    settings: { steps, bits, milliseconds: 3, ...settings },
  };
}

async function ask(bits: number[], settings: RunRecord["settings"]) {
  const plan = planSweep(bits.map((each) => requestOf(each, settings)));
  const sweep = await requestSweep(runs.server, runs.workspace, plan);
  return { sweep, ids: [...plan.requests.keys()] };
}

async function statesOf(ids: string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await recordOf(runs, id)).state));
}

function sumOf(pairs: [number, number][] | undefined, column: number): number {
  return (pairs ?? []).reduce((sum, pair) => sum + (pair[column] ?? 0), 0);
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { inventedStore } from "../../src/bench/inputs/invented-store.ts";
import type { RunRecord, TrainerEvent } from "../../src/handoffs/index.ts";
import { type PreparedShards, prepareShards } from "../../src/prepare/index.ts";
import { projectRoot } from "../../src/project.ts";
import {
  openQueueServer,
  type QueueServer,
  readEvents,
  readRun,
  requestRun,
  startWorker,
  type WorkerOptions,
} from "../../src/train/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";

/** A workspace with a small data set and a queue of its own. */
export interface SmallRuns {
  workspace: Workspace;
  prepared: PreparedShards;
  server: QueueServer;
}

/** Where runs lie, and wait. */
type Place = Pick<SmallRuns, "workspace" | "server">;

/** The lock of a worker that a test can wait for. */
export const lockDurationMs = 2000;

export const counts = "../test/fixtures/trainers/counts.py";

/** Small runs for the tests of a file: filled in before the first of them, closed after the last. */
export function useSmallRuns(): SmallRuns {
  const runs = {} as SmallRuns;
  beforeAll(async () => {
    Object.assign(runs, await openSmallRuns());
  });
  afterAll(() => runs.server.close());
  return runs;
}

async function openSmallRuns(): Promise<SmallRuns> {
  const workspace = openWorkspace(await mkdtemp(path.join(tmpdir(), "persona queue 🦜 ")));
  const prepared = await prepareShards({ store: inventedStore(), workspace });
  return { workspace, prepared, server: await openQueueServer({ workspace }) };
}

export function request(
  { workspace, prepared, server }: SmallRuns,
  settings: RunRecord["settings"],
  rest: { priority?: number; parent?: string; base?: string } = {},
) {
  const { base = "scratch:2x2x32", ...others } = rest;
  return requestRun(server, {
    workspace,
    manifest: prepared.manifest,
    shardsDirectory: prepared.directory,
    base: { name: base },
    settings,
    ...others,
  });
}

/** A worker in this process, with the trainer that counts unless told otherwise. */
export function work({ workspace, server }: Place, options: Partial<WorkerOptions> = {}): Promise<void> {
  return startWorker({
    workspace,
    server,
    signal: new AbortController().signal,
    note: () => {},
    lockDurationMs,
    idleBeforeExitMs: 500,
    slots: [{ name: "cpu", environment: {} }],
    script: counts,
    ...options,
  });
}

/** Works until the queue is empty. */
export function workOff(runs: SmallRuns, options: Partial<WorkerOptions> = {}): Promise<void> {
  return work(runs, { exitWhenIdle: true, ...options });
}

/** A worker that a test can stop: it leaves as on Ctrl-C. */
export function startStoppable(runs: Place, options: Partial<WorkerOptions> = {}) {
  const stop = new AbortController();
  const working = work(runs, { signal: stop.signal, ...options });
  return {
    async leave() {
      stop.abort();
      await working;
    },
  };
}

/** A worker in a process of its own. */
export function startWorkerProcess(
  { workspace }: SmallRuns,
  { script = counts, lockMs = lockDurationMs } = {},
): ChildProcess {
  const program = path.join(projectRoot, "test/fixtures/workers/worker.js");
  return spawn(process.execPath, [program, workspace.root, script, String(lockMs)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

export async function lossesOf({ workspace }: SmallRuns, id: string): Promise<[number, number][]> {
  const isStep = (event: TrainerEvent) => event.type === "step";
  return (await readEvents(workspace, id)).filter(isStep).map(({ step, loss }) => [step, loss]);
}

export async function stepsOf(runs: SmallRuns, id: string): Promise<number[]> {
  return (await lossesOf(runs, id)).map(([step]) => step);
}

export async function untilStep(runs: SmallRuns, id: string, count: number): Promise<void> {
  while ((await stepsOf(runs, id)).length < count) await sleep(20);
}

export async function untilState(
  { workspace }: Pick<SmallRuns, "workspace">,
  id: string,
  state: string,
): Promise<void> {
  while ((await readRun(workspace, id))?.state !== state) await sleep(20);
}

export async function recordOf({ workspace }: SmallRuns, id: string): Promise<RunRecord> {
  const record = await readRun(workspace, id);
  if (record === undefined) throw new Error(`no run ${id}`);
  return record;
}

/** 1, 2, … n: no step lost, none done twice. */
export function countTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

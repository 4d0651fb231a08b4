import { availableParallelism } from "node:os";
import { builtProgram } from "../../project.ts";
import { type Work, WorkerPool } from "../../worker-threads/index.ts";
import type { PlainSettings, ThreadJob, ThreadResult } from "./job.ts";
import { createJobRunner } from "./thread-job.ts";

export type JobPool = WorkerPool<PlainSettings, ThreadJob, ThreadResult>;

/** Starts worker threads for thread jobs; their code loads while there are no jobs yet. */
export function openJobPool(workers: number): JobPool {
  const pool: JobPool = new WorkerPool(builtProgram("ingest/threads/job-worker.js"));
  pool.grow(workers);
  return pool;
}

/** Starting a worker thread costs 50 ms of processor time: not worth it for small exports. */
const bytesWorthAWorker = 10_000_000;

/** Worker threads that pay for so many bytes of JSON beside the main thread; `jobs` says how many work in all. */
export function usefulWorkers(bytes: number, jobs: number | undefined): number {
  if (jobs !== undefined) return Math.max(1, Math.floor(jobs)) - 1;
  return bytes < bytesWorthAWorker ? 0 : availableParallelism() - 1;
}

type JobOptions = Pick<Work<PlainSettings, ThreadJob, ThreadResult>, "onResult" | "onProgress" | "signal"> & {
  /** Left out: the main thread does everything. */
  pool?: JobPool;
};

/** Runs thread jobs, the largest first. Progress is in bytes of JSON. */
export async function runJobs(
  jobs: ThreadJob[],
  settings: PlainSettings,
  { pool = openJobPool(0), ...options }: JobOptions,
): Promise<void> {
  const ordered = jobs.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  await pool.run(ordered, { context: settings, doTask: createJobRunner(settings), ...options });
}

function bytesOf({ parts, known }: ThreadJob): number {
  const bytes = [...parts.map(({ entry }) => entry.bytes), ...known.map(({ stored }) => stored.bytes)];
  return bytes.reduce((sum, each) => sum + each, 0);
}

import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { builtProgram } from "../../project.ts";
import { fromFailure, type ThreadFailure } from "../../worker-threads/index.ts";
import { openForgotten, type Tombstone } from "../store/index.ts";
import type { JobSettings, ThreadJob, ThreadResult } from "./job.ts";
import { type JobList, takeJob } from "./job-list.ts";
import { runThreadJob } from "./thread-job.ts";

/** The settings as a worker thread can be given them. */
export type PlainSettings = Omit<JobSettings, "forgotten" | "onBytes"> & { tombstones: Tombstone[] };

/** What a worker thread is told: all jobs, and which is the next that nobody does yet. */
export interface WorkerOrder {
  settings: PlainSettings;
  list: JobList;
}

export type WorkerMessage =
  | { type: "bytes"; bytes: number }
  | { type: "result"; result: ThreadResult }
  | { type: "failed"; failure: ThreadFailure };

interface PoolOptions {
  /** Threads to work beside this one. */
  threads?: JobThreads;
  onBytes: (bytes: number) => void;
  signal: AbortSignal | undefined;
}

/** Runs thread jobs, the largest first; results come as they are ready. */
export async function* runJobs(
  jobs: ThreadJob[],
  settings: PlainSettings,
  options: PoolOptions,
): AsyncGenerator<ThreadResult> {
  const ordered = jobs.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  const { threads } = options;
  if (threads !== undefined && threads.count > 0 && jobs.length > 1)
    yield* runInThreads(ordered, settings, { ...options, threads });
  else yield* runHere(ordered, settings, options);
}

function bytesOf({ parts, known }: ThreadJob): number {
  return parts.reduce((sum, { entry }) => sum + entry.bytes, known?.bytes ?? 0);
}

async function* runHere(
  jobs: ThreadJob[],
  settings: PlainSettings,
  { onBytes, signal }: PoolOptions,
): AsyncGenerator<ThreadResult> {
  const jobSettings = openSettings(settings, onBytes);
  for (const job of jobs) {
    signal?.throwIfAborted();
    yield await runThreadJob(job, jobSettings);
  }
}

function openSettings(
  { tombstones, ...settings }: PlainSettings,
  onBytes: (bytes: number) => void,
): JobSettings {
  return { ...settings, forgotten: openForgotten(tombstones), onBytes };
}

/** Starting a thread costs 50 ms of processor time: not worth it for small exports. */
const bytesWorthAThread = 10_000_000;

/** Threads that pay for so many bytes of JSON, this one included; `asked` overrides. */
export function usefulThreads(bytes: number, asked: number | undefined): number {
  if (asked !== undefined) return Math.max(1, Math.floor(asked));
  return bytes < bytesWorthAThread ? 1 : availableParallelism();
}

/** Young objects die young: a larger nursery only costs memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 2_000 };
/** The built program, also from the sources: a thread cannot start from TypeScript. Tests build it first. */
const program = builtProgram("ingest/threads/job-worker.js");

/** Worker threads for thread jobs. Their code loads from the moment they are started, while there are no jobs yet. */
export class JobThreads {
  readonly #workers: Worker[];
  #failure: unknown;

  constructor(count: number) {
    this.#workers = Array.from({ length: count }, () => new Worker(program, { resourceLimits }));
    // An error while nobody listens must not end the process.
    for (const worker of this.#workers) worker.on("error", (error) => (this.#failure ??= error));
  }

  get count(): number {
    return this.#workers.length;
  }

  /** Works on the list until nothing is left of it. */
  work(order: WorkerOrder, results: ResultQueue, onBytes: (bytes: number) => void): void {
    if (this.#failure !== undefined) results.fail(this.#failure);
    for (const worker of this.#workers) {
      worker.on("error", (error) => results.fail(error));
      worker.on("message", (message: WorkerMessage) => {
        if (message.type === "bytes") onBytes(message.bytes);
        else if (message.type === "failed") results.fail(fromFailure(message.failure));
        else results.push(message.result);
      });
      worker.postMessage(order);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** This thread works too: it would only wait, and its code is warm already. */
async function* runInThreads(
  jobs: ThreadJob[],
  settings: PlainSettings,
  { threads, onBytes, signal }: PoolOptions & { threads: JobThreads },
): AsyncGenerator<ThreadResult> {
  const list = { jobs, next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
  const results = new ResultQueue(jobs.length);
  threads.work({ settings, list }, results, onBytes);
  const abort = () => results.fail(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const here = workHere(openSettings(settings, onBytes), list, results);
  try {
    yield* results.all();
  } finally {
    Atomics.store(list.next, 0, jobs.length);
    signal?.removeEventListener("abort", abort);
    await here;
  }
}

async function workHere(settings: JobSettings, list: JobList, results: ResultQueue): Promise<void> {
  try {
    for (let job = takeJob(list); job !== undefined; job = takeJob(list)) {
      results.push(await runThreadJob(job, settings));
      // The other threads' messages and a Ctrl-C are heard between two jobs.
      await setImmediate();
    }
  } catch (error) {
    results.fail(error);
  }
}

/** Hands results over from event handlers to a loop. */
class ResultQueue {
  readonly #expected: number;
  readonly #ready: ThreadResult[] = [];
  #failure: { error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(expected: number) {
    this.#expected = expected;
  }

  push(result: ThreadResult): void {
    this.#ready.push(result);
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  async *all(): AsyncGenerator<ThreadResult> {
    for (let given = 0; given < this.#expected; given++) {
      while (this.#ready.length === 0) {
        if (this.#failure !== undefined) throw this.#failure.error;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      yield this.#ready.shift() as ThreadResult;
    }
  }
}

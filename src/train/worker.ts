import { setTimeout as sleep } from "node:timers/promises";
import { DelayedError, type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { JobLocks } from "./job-locks.ts";
import { listQueued, openQueue, queueName, type RunOrder } from "./queue.ts";
import { takeRun, type WorkerContext, type WorkerOptions } from "./run-attempt.ts";
import { findSlots } from "./slots.ts";

const idlePollMs = 500;

/** Takes runs from the queue, one for each card, until the signal is raised (or nothing is left to do). */
export async function startWorker(options: WorkerOptions): Promise<void> {
  const { redis } = openQueue(options.server);
  const { note, slots = await findSlots() } = options;
  const context: WorkerContext = { ...options, slots, redis, refused: new Set() };
  announceOutages(redis, note);
  note(
    `Waiting for runs, one at a time on each of ${slots.map(({ name }) => name).join(", ")}. Ctrl-C saves and leaves.`,
  );
  do {
    await workOnce(context);
    // A run that was asked for while this worker was leaving found it still there, and would wait for nobody.
  } while (options.exitWhenIdle && !options.signal.aborted && !(await isIdle(context)));
}

async function workOnce(context: WorkerContext): Promise<void> {
  const { redis, slots, signal, lockDurationMs = 60_000 } = context;
  const locks = new JobLocks(redis, lockDurationMs);
  const worker = new Worker<RunOrder>(
    queueName,
    (job, token, lost) => handle(context, locks, job, token ?? "", lost ?? signal),
    {
      connection: context.server.connect(),
      concurrency: slots.length,
      lockDuration: lockDurationMs,
      // A dead worker's run is adopted once its lock ran out and one more look found it so.
      stalledInterval: lockDurationMs / 4,
      // How often is too often is decided by what came of the attempts, not by their number.
      maxStalledCount: 1_000_000,
    },
  );
  // Without a listener every failed attempt to reconnect is printed with its stack.
  worker.on("error", () => {});
  const keep = async (job: string) => {
    if (!(await locks.takeBack(job))) worker.cancelJob(job);
  };
  const keepAll = () => void Promise.all(locks.jobs.map(keep)).catch(() => {});
  worker.on("lockRenewalFailed", keepAll);
  redis.on("ready", keepAll);
  await (context.exitWhenIdle ? untilIdle(context) : untilRaised(signal));
  await closeInTime(worker, locks, redis);
  redis.off("ready", keepAll);
}

async function handle(
  context: WorkerContext,
  locks: JobLocks,
  job: Job<RunOrder>,
  token: string,
  lost: AbortSignal,
): Promise<void> {
  const { run } = job.data;
  locks.hold(run, token);
  try {
    const next = await takeRun(context, run, lost);
    if (next === "done") return;
    await job.moveToDelayed(Date.now() + next.againAfterMs, token);
    throw new DelayedError();
  } finally {
    locks.release(run);
  }
}

/** Waits for the runs to be saved; the queue is told when it can be, and notices by itself when it cannot. */
async function closeInTime(worker: Worker, locks: JobLocks, redis: Redis): Promise<void> {
  const closing = worker.close();
  let hasClosed = false;
  closing.then(
    () => (hasClosed = true),
    () => (hasClosed = true),
  );
  for (let withoutServerMs = 0; !hasClosed && withoutServerMs < 10_000; await sleep(50)) {
    withoutServerMs = redis.status === "ready" || locks.jobs.length > 0 ? 0 : withoutServerMs + 50;
  }
}

function announceOutages(connection: Redis, note: (line: string) => void): void {
  let isGone = false;
  connection.on("reconnecting", () => {
    if (!isGone) note("The queue's server is gone; training goes on, reconnecting …");
    isGone = true;
  });
  connection.on("ready", () => {
    if (isGone) note("The queue's server is back.");
    isGone = false;
  });
}

function untilRaised(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function untilIdle(context: WorkerContext): Promise<void> {
  const { signal, idleBeforeExitMs = 5000 } = context;
  let idleMs = 0;
  while (idleMs < idleBeforeExitMs && !signal.aborted) {
    await sleep(idlePollMs, undefined, { signal }).catch(() => {});
    idleMs = (await isIdle(context)) ? idleMs + idlePollMs : 0;
  }
}

/** True when nothing waits or runs but what this machine cannot take. */
async function isIdle({ server, refused }: WorkerContext): Promise<boolean> {
  return (await listQueued(openQueue(server))).every((run) => refused.has(run));
}

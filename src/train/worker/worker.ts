import { setTimeout as sleep } from "node:timers/promises";
import { DelayedError, type Job, Worker } from "bullmq";
import { onceEach, type PassedOver, UserError } from "../../errors.ts";
import { listRuns, readRun } from "../../handoffs/index.ts";
import {
  announceWorker,
  explainRefusal,
  JobLocks,
  keyPrefix,
  listQueued,
  moveOldOrders,
  openQueue,
  type QueueConnection,
  queueName,
  type RunOrder,
  restoreOrders,
} from "../queue/index.ts";
import { advanceSweep, advanceSweeps } from "../sweep/index.ts";
import { findSlots } from "../trainer/index.ts";
import { hasTrainer } from "./orphans.ts";
import { serverAwayMs, takeRun } from "./run-attempt.ts";
import { createWorkerContext, type WorkerContext, type WorkerOptions } from "./worker-context.ts";

const idlePollMs = 500;

/** Takes runs from the queue, one for each GPU, until the signal is raised (or nothing is left to do). */
export async function startWorker(options: WorkerOptions): Promise<void> {
  const { redis } = openQueue(options.server);
  const { note, slots = await findSlots() } = options;
  const context = createWorkerContext(options, redis, slots);
  const stopAnnouncing = announceOutages(redis, note);
  const noteRefusal = refusalNote(context);
  redis.on("error", noteRefusal);
  note(
    `Waiting for runs, one at a time on each of ${slots.map(({ name }) => name).join(", ")}. Ctrl-C saves and leaves.`,
  );
  const passedOver = onceEach((problem) => note(explain(problem)));
  const lookThrough = () =>
    restoreLost(context, passedOver).catch((error) =>
      note(`The queue could not be looked through: ${explain(error)}`),
    );
  await moveOldOrders(context.server).catch((error) =>
    note(`Orders of an earlier version could not be moved: ${error.message}`),
  );
  await lookThrough();
  const looking = setInterval(lookThrough, context.lookThroughEveryMs);
  do {
    const withdraw = announceWorker(redis);
    await workOnce(context, noteRefusal);
    await withdraw();
    // A run queued while this worker was shutting down saw a worker and started none: look once more.
  } while (context.exitWhenIdle && !options.signal.aborted && !(await isIdle(context)));
  clearInterval(looking);
  redis.off("error", noteRefusal);
  stopAnnouncing();
}

/**
 * A server may lose orders: with its last second in a power cut, or with its files. So may a command that is killed in
 * its middle. The records know which runs are to be trained.
 *
 * A run with a trainer at work is another server's: its worker has it.
 */
async function restoreLost(
  { workspace, server, note }: WorkerContext,
  passedOver: PassedOver,
): Promise<void> {
  const records = await listRuns(workspace);
  const open = records.filter(({ state }) => state === "queued" || state === "running").reverse();
  const isElsewhere = await Promise.all(open.map(hasTrainer));
  const unattended = open.filter((_, index) => !isElsewhere[index]);
  for (const { id } of await restoreOrders(openQueue(server), unattended)) {
    note(`Run ${id} was missing from the queue and has been put back.`);
  }
  await advanceSweeps(server, workspace, passedOver);
}

/** Decides who goes on, once the last run of a sweep has come to where the others wait. */
function goOnWithSweepOf(context: WorkerContext, run: string): void {
  const { deciding, note } = context;
  const decision = decideAbout(context, run)
    .catch((error) => note(`The sweep of run ${run} is looked at again in a minute: ${explain(error)}`))
    .finally(() => deciding.delete(decision));
  deciding.add(decision);
}

async function decideAbout({ workspace, server }: WorkerContext, run: string): Promise<void> {
  const { sweep } = (await readRun(workspace, run)) ?? {};
  if (sweep !== undefined) await advanceSweep(server, workspace, sweep.id);
}

async function workOnce(context: WorkerContext, noteRefusal: (error: Error) => void): Promise<void> {
  const { redis, slots, signal, lockDurationMs } = context;
  const locks = new JobLocks(redis, lockDurationMs);
  const worker = new Worker<RunOrder>(
    queueName,
    (job, token, lost) => handle(context, locks, job, token ?? "", lost ?? signal),
    {
      connection: context.server.connect(),
      prefix: keyPrefix,
      concurrency: slots.length,
      lockDuration: lockDurationMs,
      // A dead worker's run is adopted once its lock ran out and one more look found it so.
      stalledInterval: lockDurationMs / 4,
      // How often is too often is decided by what came of the attempts, not by their number.
      maxStalledCount: 1_000_000,
    },
  );
  worker.on("error", noteRefusal);
  // Not while the run is still this worker's: it may be the one that goes on.
  worker.on("completed", ({ data }) => goOnWithSweepOf(context, data.run));
  const keep = async (job: string) => {
    if (!(await locks.takeBack(job))) worker.cancelJob(job);
  };
  const keepAll = () => void Promise.all(locks.jobs.map(keep)).catch(() => {});
  worker.on("lockRenewalFailed", keepAll);
  redis.on("ready", keepAll);
  await (context.exitWhenIdle ? untilIdle(context) : untilRaised(signal));
  await closeInTime(worker, locks);
  redis.off("ready", keepAll);
}

/** Tells what the server refuses, each thing once; that it is away is told by whoever watches the connection. */
function refusalNote({ note }: WorkerContext): (error: Error) => void {
  const told = new Set<string>();
  return (error) => {
    const refusal = explainRefusal(error);
    if (refusal === undefined || told.has(refusal.fix)) return;
    told.add(refusal.fix);
    note(explain(refusal));
  };
}

function explain(error: Error): string {
  return error instanceof UserError ? `${error.message}\n  Fix: ${error.fix}` : error.message;
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
    if (next === "abandoned") {
      locks.release(run, token);
      // The job stays at work on the server, where it is found abandoned once its lock runs out.
      await new Promise(() => {});
      return;
    }
    await job.moveToDelayed(Date.now() + next.againAfterMs, token);
    throw new DelayedError();
  } finally {
    locks.release(run, token);
  }
}

/** Waits for the runs to be saved, then as long as telling the queue of it should take; a server may be away. */
async function closeInTime(worker: Worker, locks: JobLocks): Promise<void> {
  let hasClosed = false;
  const noteClosed = () => {
    hasClosed = true;
  };
  worker.close().then(noteClosed, noteClosed);
  for (let waitedMs = 0; !hasClosed && waitedMs < serverAwayMs; await sleep(50)) {
    waitedMs = locks.jobs.length > 0 ? 0 : waitedMs + 50;
  }
}

function announceOutages(connection: QueueConnection, note: (line: string) => void): () => void {
  let isGone = false;
  const onGone = () => {
    if (!isGone) note("The queue's server is gone; training goes on, reconnecting …");
    isGone = true;
  };
  const onBack = () => {
    if (isGone) note("The queue's server is back.");
    isGone = false;
  };
  connection.on("reconnecting", onGone);
  connection.on("ready", onBack);
  return () => {
    connection.off("reconnecting", onGone);
    connection.off("ready", onBack);
  };
}

function untilRaised(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function untilIdle(context: WorkerContext): Promise<void> {
  const { signal, idleBeforeExitMs } = context;
  const isToLeave = untilRaised(signal).then(() => false);
  let idleMs = 0;
  while (idleMs < idleBeforeExitMs && !signal.aborted) {
    await sleep(idlePollMs, undefined, { signal }).catch(() => {});
    // While the server is away there is no answer, and a worker that is told to leave does not wait for one.
    const answer = await Promise.race([isIdle(context), isToLeave]);
    idleMs = answer ? idleMs + idlePollMs : 0;
  }
}

/** True when nothing waits or runs but what this machine cannot take. */
async function isIdle({ server, refused, deciding }: WorkerContext): Promise<boolean> {
  if (deciding.size > 0) return false;
  return (await listQueued(openQueue(server))).every((run) => refused.has(run));
}

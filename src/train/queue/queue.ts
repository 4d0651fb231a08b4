import { setTimeout as sleep } from "node:timers/promises";
import { type Job, Queue } from "bullmq";
import { trainRequest } from "../../choices/index.ts";
import type { RunRecord } from "../../handoffs/index.ts";
import { keyPrefix, type QueueConnection, type QueueServer } from "./server/index.ts";

/** An order, never the data: what to train stands in the run's own record. */
export interface RunOrder {
  run: string;
}

/** A run as far as its order needs it. */
export type QueuedRun = Pick<RunRecord, "id" | "priority">;

export const queueName = "persona-runs";
/** Priorities count down to 1, which goes first; equal ones go in the order of asking. */
const defaultPriority = trainRequest.priority.default;

/** What the commands of one process and the queue share: one connection for both. */
interface OpenQueue {
  queue: Queue<RunOrder>;
  redis: QueueConnection;
}

const open = new WeakMap<QueueServer, OpenQueue>();

export function openQueue(server: QueueServer): OpenQueue {
  const known = open.get(server);
  if (known !== undefined) return known;
  const queue = new Queue<RunOrder>(queueName, { connection: server.connect(), prefix: keyPrefix });
  // Without a listener every failed attempt to reconnect is printed with its stack; the worker says that it is gone.
  queue.on("error", () => {});
  const opened = { queue, redis: server.connect() };
  open.set(server, opened);
  return opened;
}

const leavingMs = 30_000;

/**
 * Adds a run, unless it waits or runs already; gives its priority anew when it waits.
 *
 * The job carries the run's id as its own, so two processes that add one run add one job. A job that its worker is just
 * leaving (the run was stopped a moment ago) is waited for.
 */
export async function enqueueRun(
  { queue }: OpenQueue,
  { id, priority = defaultPriority }: QueuedRun,
  isStillAtWork: () => Promise<boolean>,
): Promise<void> {
  for (const deadline = Date.now() + leavingMs; ; await sleep(20)) {
    const job = await addOrder(queue, { id, priority });
    const isWaiting = (await job.getState()) !== "active";
    // Refused when its worker left it meanwhile, and took it out of the queue.
    const isThere = isWaiting
      ? await job.changePriority({ priority }).then(
          () => true,
          () => false,
        )
      : await isStillAtWork();
    if (isThere || Date.now() > deadline) return;
  }
}

/** Adds the order for a run, or finds the one that is there. */
export function addOrder(
  queue: Queue<RunOrder>,
  { id, priority = defaultPriority }: QueuedRun,
): Promise<Job<RunOrder>> {
  return queue.add(
    "train",
    { run: id },
    {
      jobId: id,
      priority,
      removeOnComplete: true,
      removeOnFail: true,
      // Whether a run is given up is written in its record; the queue itself never drops one for an error.
      attempts: 1_000_000,
      backoff: 1000,
    },
  );
}

/** Adds the orders that the server has lost, of runs that wait or ran when it did. */
export async function restoreOrders(opened: OpenQueue, runs: RunRecord[]): Promise<RunRecord[]> {
  const known = new Set(await listQueued(opened));
  const lost = runs.filter(({ id }) => !known.has(id));
  for (const run of lost) await addOrder(opened.queue, run);
  return lost;
}

/** Takes a run out of the queue; false when a worker has it. */
export async function removeWaiting(
  { queue }: OpenQueue,
  id: string,
): Promise<"removed" | "absent" | "active"> {
  const job = await queue.getJob(id);
  if (job === undefined) return "absent";
  try {
    await job.remove();
    return "removed";
  } catch {
    // A locked job belongs to its worker.
    return "active";
  }
}

/** Ids of the runs in the queue, in the order in which they will be taken, those at work first. */
export async function listQueued({ queue }: OpenQueue): Promise<string[]> {
  const jobs = await listOrders(queue);
  return jobs.flatMap((job) => (job === undefined ? [] : [job.data.run]));
}

/** All orders, in the order in which they will be taken; undefined for one that was removed meanwhile. */
export function listOrders(queue: Queue<RunOrder>): Promise<(Job<RunOrder> | undefined)[]> {
  return queue.getJobs(["active", "waiting", "prioritized", "delayed"], 0, -1, true);
}

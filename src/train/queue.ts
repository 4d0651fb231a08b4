import { Queue } from "bullmq";
import type { RunRecord } from "../handoffs.ts";
import type { QueueServer } from "./redis.ts";

/** An order, never the data: what to train stands in the run's own record. */
export interface RunOrder {
  run: string;
}

export const queueName = "persona-runs";
/** Key of the newest attempt at a run: only the attempt that it names may publish. */
export const attemptKey = (run: string) => `persona:attempt:${run}`;
/** Channel on which a run is told to stop. */
export const stopChannel = "persona:stop";

export function openQueue(server: QueueServer): Queue<RunOrder> {
  const queue = new Queue<RunOrder>(queueName, { connection: server.connect() });
  // Without a listener every failed attempt to reconnect is printed with its stack; the worker says that it is gone.
  queue.on("error", () => {});
  return queue;
}

/** Adds a run, unless it waits or runs already. */
export async function enqueueRun(queue: Queue<RunOrder>, { id }: Pick<RunRecord, "id">): Promise<void> {
  const jobs = await queue.getJobs(["waiting", "active", "delayed", "prioritized"]);
  if (jobs.some((job) => job?.data.run === id)) return;
  await queue.add("train", { run: id }, { removeOnComplete: true, removeOnFail: true });
}

/** Takes a waiting run out of the queue; true when it was there. */
export async function removeWaiting(queue: Queue<RunOrder>, id: string): Promise<boolean> {
  const jobs = await queue.getJobs(["waiting", "delayed", "prioritized"]);
  const waiting = jobs.filter((job) => job?.data.run === id);
  for (const job of waiting) await job.remove();
  return waiting.length > 0;
}

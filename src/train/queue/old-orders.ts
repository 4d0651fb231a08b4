import { Queue } from "bullmq";
import { addOrder, listOrders, openQueue, type QueuedRun, queueName, type RunOrder } from "./queue.ts";
import { keyOf, type QueueConnection, type QueueServer } from "./server/index.ts";

/** Where earlier versions kept what now begins with `{persona}`. */
const oldPrefix = "bull";
const oldName = /^persona:/;

/**
 * Moves what earlier versions have on this server to where it is looked for now: their orders, and what else they noted.
 *
 * An order that a worker of an earlier version has at work stays its own.
 */
export async function moveOldOrders(server: QueueServer): Promise<void> {
  const { queue, redis } = openQueue(server);
  // One look, which a user with rights on today's keys alone may be refused.
  const isThere = await redis.exists(`${oldPrefix}:${queueName}:meta`).catch(() => 0);
  // A cluster never worked with the old names.
  if (isThere === 0 || redis.isCluster) return;
  await moveNotes(redis);
  for (const order of await takeOldOrders(server.connect())) await addOrder(queue, order);
}

async function takeOldOrders(connection: QueueConnection): Promise<QueuedRun[]> {
  const queue = new Queue<RunOrder>(queueName, { connection, prefix: oldPrefix });
  queue.on("error", () => {});
  const jobs = await listOrders(queue);
  const orders: QueuedRun[] = [];
  for (const job of jobs) {
    if (job === undefined) continue;
    const isTaken = await job.remove().then(
      () => true,
      () => false,
    );
    if (isTaken) orders.push({ id: job.data.run, priority: job.opts.priority });
  }
  if (orders.length === jobs.length) await queue.obliterate({ force: true });
  return orders;
}

/** Stop requests, attempts, statuses and events. */
async function moveNotes(redis: QueueConnection): Promise<void> {
  for (let cursor = "0"; ; ) {
    const [next, found] = (await redis.call("SCAN", [cursor, "MATCH", "persona:*", "COUNT", "1000"])) as [
      string,
      string[],
    ];
    for (const name of found) {
      // What today's version has written since is newer.
      await redis.renamenx(name, keyOf(name.replace(oldName, ""))).catch(() => {});
    }
    cursor = next;
    if (cursor === "0") return;
  }
}

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../../running-process.ts";
import { keyOf, type QueueConnection } from "./server/index.ts";

const workersKey = keyOf("workers");
const sayEveryMs = 5000;
/** A worker that says nothing for so long is gone, or its machine is. */
const silentMs = 20_000;
const withdrawWithinMs = 1000;

/** The clock is the server's: those of several machines differ. */
const say = `
local time = redis.call("TIME")
redis.call("ZADD", KEYS[1], time[1] * 1000 + ARGV[2], ARGV[1])`;
const listPresent = `
local time = redis.call("TIME")
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", time[1] * 1000)
return redis.call("ZRANGE", KEYS[1], 0, -1)`;

/** This process as a worker: its machine and number. */
export function workerName(): string {
  return `${hostname()} ${process.pid}`;
}

/** Only the processes of this machine can be asked. */
export function isWorkerGone(name: string | undefined): boolean {
  const [host, pid] = name?.split(" ") ?? [];
  return host === hostname() && !isRunning(Number(pid));
}

/**
 * Says on the server that this process is a worker, until the returned function takes it back.
 *
 * The queue's library asks CLIENT LIST instead, which some servers do not have: a worker then seems to be there always.
 */
export function announceWorker(redis: QueueConnection): () => Promise<void> {
  const member = `${workerName()} ${randomUUID()}`;
  // Not waited for: a worker goes on while the server is away, and says it again.
  const announce = () => void redis.eval(say, 1, workersKey, member, silentMs).catch(() => {});
  announce();
  const timer = setInterval(announce, sayEveryMs);
  redis.on("ready", announce);
  return async () => {
    clearInterval(timer);
    redis.off("ready", announce);
    const withdrawal = redis.zrem(workersKey, member).catch(() => {});
    // A server that does not answer forgets by itself.
    await Promise.race([withdrawal, sleep(withdrawWithinMs, undefined, { ref: false })]);
  };
}

/** How many workers there are on all machines of this server. */
export async function countWorkers(redis: QueueConnection): Promise<number> {
  const names = (await redis.eval(listPresent, 1, workersKey)) as string[];
  return names.filter((name) => !isWorkerGone(name)).length;
}

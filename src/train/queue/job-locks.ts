import { queueName } from "./queue.ts";
import { keyOf, type QueueConnection } from "./server/index.ts";

const key = (...names: string[]) => keyOf(queueName, ...names);

/** A lock that ran out is ours again while the job is still at work and nobody else has taken it. */
const takeBack = `
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if not holder and not redis.call("LPOS", KEYS[2], ARGV[2]) then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[3])
redis.call("SREM", KEYS[3], ARGV[2])
return 1`;

/**
 * The locks of the jobs that this worker has at work.
 *
 * The queue's own renewal gives a lock up for lost once it ran out, as it does when the server was away for longer than
 * the lock lasts; training went on meanwhile, and need not be interrupted unless another worker was faster.
 */
export class JobLocks {
  readonly #redis: QueueConnection;
  readonly #durationMs: number;
  readonly #tokens = new Map<string, string>();

  constructor(redis: QueueConnection, durationMs: number) {
    this.#redis = redis;
    this.#durationMs = durationMs;
  }

  hold(job: string, token: string): void {
    this.#tokens.set(job, token);
  }

  /** A worker that slept through its lock may have the job a second time by now, under another token. */
  release(job: string, token: string): void {
    if (this.#tokens.get(job) === token) this.#tokens.delete(job);
  }

  get jobs(): string[] {
    return [...this.#tokens.keys()];
  }

  /** False when the job belongs to another worker now. */
  async takeBack(job: string): Promise<boolean> {
    const token = this.#tokens.get(job);
    if (token === undefined) return true;
    const keys = [key(job, "lock"), key("active"), key("stalled")];
    const isOurs = await this.#redis.eval(takeBack, keys.length, ...keys, token, job, this.#durationMs);
    return isOurs === 1;
  }
}

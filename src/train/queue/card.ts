/** The GPUs of a machine, between runs that want them and personas that are served from them. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { keyOf, type QueueConnection } from "./server/index.ts";

const keysOf = (host: string) => [keyOf("card", host, "wanted"), keyOf("card", host, "serving")] as const;

/** The clock is the server's. Whoever is silent for too long is gone. */
const withoutTheSilent = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, key in ipairs(KEYS) do redis.call("ZREMRANGEBYSCORE", key, "-inf", now) end`;
const want = `${withoutTheSilent}
redis.call("ZADD", KEYS[1], now + ARGV[2], ARGV[1])
return redis.call("ZCARD", KEYS[2])`;
const serve = `${withoutTheSilent}
local isWanted = redis.call("ZCARD", KEYS[1]) > 0
if isWanted and not redis.call("ZSCORE", KEYS[2], ARGV[1]) then return "theirs" end
redis.call("ZADD", KEYS[2], now + ARGV[2], ARGV[1])
return isWanted and "wanted" or "ours"`;

interface CardOptions {
  /** For how long a holder that says nothing is believed to be there. */
  durationMs: number;
  host?: string;
}

/**
 * Takes the card for a run: says that it is wanted, and waits until nobody is served from it, but for no longer than
 * `patienceMs`. It stays wanted until it is released, or for `durationMs` after this process died.
 */
export async function takeCard(
  redis: QueueConnection,
  options: CardOptions & { patienceMs: number; signal: AbortSignal },
): Promise<{ isFree: boolean; release(): Promise<void> }> {
  const { durationMs, host = hostname(), patienceMs, signal } = options;
  const holder = randomUUID();
  const keys = keysOf(host);
  const say = () => redis.eval(want, 2, ...keys, holder, durationMs) as Promise<number>;
  let serving = await say();
  const timer = setInterval(() => void say().catch(() => {}), durationMs / 3);
  const release = async () => {
    clearInterval(timer);
    // Not waited for: while the server is away it ends by itself.
    redis.zrem(keys[0], holder).catch(() => {});
  };
  try {
    for (let waitedMs = 0; serving > 0 && waitedMs < patienceMs && !signal.aborted; waitedMs += 250) {
      await sleep(250);
      serving = await say();
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { isFree: serving === 0, release };
}

/** What a persona that is served from the card has of it. */
export class ServingCard {
  readonly #redis: QueueConnection;
  readonly #durationMs: number;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #holder = randomUUID();

  constructor(redis: QueueConnection, { durationMs, host = hostname() }: CardOptions) {
    this.#redis = redis;
    this.#durationMs = durationMs;
    this.#keys = keysOf(host);
  }

  /**
   * Takes the card unless a run wants it, or says that it is still served from. `wanted`: to be handed over; `theirs`: to be
   * left alone, also by one that had it and was silent for too long.
   */
  async hold(): Promise<"ours" | "wanted" | "theirs"> {
    const answer = await this.#redis.eval(serve, 2, ...this.#keys, this.#holder, this.#durationMs);
    return answer as "ours" | "wanted" | "theirs";
  }

  async release(): Promise<void> {
    await this.#redis.zrem(this.#keys[1], this.#holder);
  }
}

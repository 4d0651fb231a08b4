import { keyOf, type QueueConnection } from "./server/index.ts";

const streamKey = (run: string) => keyOf("events", run);
/** What a watcher who comes late can read again; the full record is on the worker's disk. */
const keptEvents = 5000;
const keptSeconds = 7 * 24 * 3600;
const maxBatch = 500;

/** Sends lines to a run's stream on the server, in order, without ever holding up who writes them. */
export class LiveStream {
  readonly #redis: QueueConnection;
  readonly #key: string;
  #waiting: string[] = [];
  #isSending = false;

  constructor(redis: QueueConnection, run: string) {
    this.#redis = redis;
    this.#key = streamKey(run);
  }

  push(line: string): void {
    this.#waiting.push(line);
    // While the server is away; the stream would have dropped the oldest as well.
    if (this.#waiting.length > keptEvents) this.#waiting.shift();
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, maxBatch);
      const commands = this.#redis.pipeline();
      for (const line of batch) commands.xadd(this.#key, "MAXLEN", "~", keptEvents, "*", "event", line);
      commands.expire(this.#key, keptSeconds);
      // A server that is out of memory refuses writes: the disk has the line.
      await commands.exec().catch(() => {});
    }
    this.#isSending = false;
  }
}

/** Gives the lines that a run's stream has gained since the last call. */
export function streamReader(redis: QueueConnection, run: string): () => Promise<string[]> {
  let position = "-";
  return async () => {
    const entries = await redis.xrange(streamKey(run), position, "+", "COUNT", maxBatch);
    const last = entries.at(-1);
    if (last !== undefined) position = `(${last[0]}`;
    return entries.map(([, [, line = ""]]) => line);
  };
}

export async function removeStream(redis: QueueConnection, run: string): Promise<void> {
  await redis.del(streamKey(run));
}

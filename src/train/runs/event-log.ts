import { type FileHandle, open } from "node:fs/promises";
import { eventsFile, type RunRecord, type TrainerEvent } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { QueueConnection } from "../queue/index.ts";
import { LiveStream } from "../queue/index.ts";

/**
 * Writes what an attempt says to `events.jsonl`, which is the full record, and to the live stream.
 *
 * The stream is best effort: training goes on while the server is away, and what it missed follows.
 */
export class EventLog {
  readonly #handle: FileHandle;
  readonly #stream: LiveStream;
  readonly #attempt: number;
  #sequence = 0;

  static async open(workspace: Workspace, redis: QueueConnection, run: RunRecord): Promise<EventLog> {
    const handle = await open(eventsFile(workspace, run.id), "a+", 0o600);
    if (!(await endsWithNewline(handle))) await handle.write("\n");
    return new EventLog(handle, new LiveStream(redis, run.id), run.attempt);
  }

  private constructor(handle: FileHandle, stream: LiveStream, attempt: number) {
    this.#handle = handle;
    this.#stream = stream;
    this.#attempt = attempt;
  }

  /** Adds when it was said, by which attempt, and as its how-manieth. */
  async write(event: TrainerEvent): Promise<void> {
    this.#sequence++;
    const place = { at: new Date().toISOString(), attempt: this.#attempt, sequence: this.#sequence };
    const line = JSON.stringify({ ...place, ...event });
    // A line in one write: readers and other writers see the whole of it or nothing.
    await this.#handle.write(`${line}\n`);
    this.#stream.push(line);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** A worker that died in mid-line must not take the next line with it. */
async function endsWithNewline(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === "\n";
}

import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { type RunRecord, TrainerEvent } from "../handoffs.ts";
import type { Workspace } from "../workspace.ts";
import { listLiveRuns } from "./live-status.ts";
import { streamReader } from "./live-stream.ts";
import { openQueue } from "./queue.ts";
import type { QueueServer } from "./redis.ts";
import { eventsFile, readRun } from "./runs.ts";

const pollMs = 200;
const chunkBytes = 1 << 16;

export interface FollowOptions {
  signal?: AbortSignal;
  /** Where a worker on another machine sends its events; without it, only this machine's disk is read. */
  server?: QueueServer;
  /** End with what there is now. */
  untilNow?: boolean;
}

/**
 * Every event of a run so far, then new ones as they come, until the run has ended or the signal is raised.
 *
 * Reads the record on disk and the live stream side by side: either may lack what the other has.
 */
export async function* followRun(
  workspace: Workspace,
  id: string,
  { signal, server, untilNow = false }: FollowOptions = {},
): AsyncGenerator<TrainerEvent> {
  const redis = server && openQueue(server).redis;
  const sources = [lineReader(eventsFile(workspace, id)), ...(redis ? [streamReader(redis, id)] : [])];
  const order = new EventOrder();
  while (!signal?.aborted) {
    // The state is read before the events: whatever a run said before it ended has then been read.
    const isOver = await hasEndedAnywhere(workspace, id, redis);
    let isNew = false;
    for (const read of sources) {
      for (const event of order.take(await read())) {
        isNew = true;
        yield event;
      }
    }
    if (isNew) continue;
    if (isOver || untilNow) return;
    await sleep(pollMs);
  }
}

/** What a run has said so far, of what lies on this machine. */
export async function readEvents(workspace: Workspace, id: string): Promise<TrainerEvent[]> {
  return [...new EventOrder().take(await lineReader(eventsFile(workspace, id))())];
}

export function hasEnded({ state }: Pick<RunRecord, "state">): boolean {
  return state !== "queued" && state !== "running";
}

/** The record here is the truth; a run without one is another machine's, and the server knows its state. */
async function hasEndedAnywhere(
  workspace: Workspace,
  id: string,
  redis: Redis | undefined,
): Promise<boolean> {
  const run = await readRun(workspace, id);
  if (run !== undefined) return hasEnded(run);
  if (redis === undefined) return true;
  const live = (await listLiveRuns(redis)).find((status) => status.id === id);
  return live === undefined || hasEnded(live);
}

/**
 * Puts events of several sources into one order, each once.
 *
 * Lines of an attempt that stand behind those of a newer one were written by a worker that did not know yet that it had
 * lost the run: they are passed over.
 */
class EventOrder {
  #attempt = 0;
  #sequence = 0;

  *take(lines: string[]): Generator<TrainerEvent> {
    for (const line of lines) {
      const event = parseLine(line);
      if (event === undefined || !this.#isNext(event)) continue;
      yield event;
    }
  }

  #isNext({ attempt, sequence }: TrainerEvent & { attempt?: unknown; sequence?: unknown }): boolean {
    if (typeof attempt !== "number") return true;
    if (attempt < this.#attempt) return false;
    if (attempt > this.#attempt) this.#sequence = 0;
    this.#attempt = attempt;
    if (typeof sequence !== "number") return true;
    if (sequence <= this.#sequence) return false;
    this.#sequence = sequence;
    return true;
  }
}

/** A power cut may leave half a line, and a newer trainer may say what is not known here. */
function parseLine(line: string): TrainerEvent | undefined {
  try {
    return TrainerEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Gives the whole lines that a growing file has gained since the last call. */
function lineReader(file: string): () => Promise<string[]> {
  let position = 0;
  let rest = Buffer.alloc(0);
  return async () => {
    const handle = await open(file).catch(() => undefined);
    if (handle === undefined) return [];
    const parts = [rest];
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        parts.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
    const all = Buffer.concat(parts);
    const end = all.lastIndexOf("\n") + 1;
    rest = all.subarray(end);
    return all
      .subarray(0, end)
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
  };
}

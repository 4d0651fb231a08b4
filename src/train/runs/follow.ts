import { setTimeout as sleep } from "node:timers/promises";
import {
  EventOrder,
  eventsFile,
  hasEnded,
  lineReader,
  readRun,
  type TrainerEvent,
} from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import type { QueueConnection } from "../queue/index.ts";
import { listLiveRuns, openQueue, type QueueServer, streamReader } from "../queue/index.ts";

const pollMs = 200;
interface FollowOptions {
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

/** The record here is the truth; a run without one is another machine's, and the server knows its state. */
async function hasEndedAnywhere(
  workspace: Workspace,
  id: string,
  redis: QueueConnection | undefined,
): Promise<boolean> {
  const run = await readRun(workspace, id);
  if (run !== undefined) return hasEnded(run);
  if (redis === undefined) return true;
  const live = (await listLiveRuns(redis)).find((status) => status.id === id);
  return live === undefined || hasEnded(live);
}

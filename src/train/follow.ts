import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunRecord, TrainerEvent } from "../handoffs.ts";
import type { Workspace } from "../workspace.ts";
import { eventsFile, readRun } from "./runs.ts";

const pollMs = 200;
const chunkBytes = 1 << 16;

/** Every event of a run so far, then new ones as they come, until the run has ended or the signal is raised. */
export async function* followRun(
  workspace: Workspace,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<TrainerEvent> {
  const reader = lineReader(eventsFile(workspace, id));
  while (!signal?.aborted) {
    // The state is read before the events: whatever a run said before it ended has then been read.
    const run = await readRun(workspace, id);
    yield* events(await reader());
    if (run === undefined || hasEnded(run)) return;
    await sleep(pollMs);
  }
}

/** What a run has said so far. */
export async function readEvents(workspace: Workspace, id: string): Promise<TrainerEvent[]> {
  return [...events(await lineReader(eventsFile(workspace, id))())];
}

export function hasEnded({ state }: RunRecord): boolean {
  return state === "finished" || state === "failed" || state === "cancelled";
}

function* events(lines: string[]): Generator<TrainerEvent> {
  for (const line of lines) yield TrainerEvent.parse(JSON.parse(line));
}

/** Gives the whole lines that a growing file has gained since the last call. */
function lineReader(file: string): () => Promise<string[]> {
  let position = 0;
  let rest = Buffer.alloc(0);
  return async () => {
    const handle = await open(file).catch(() => undefined);
    if (handle === undefined) return [];
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      }
    } finally {
      await handle.close();
    }
    const end = rest.lastIndexOf("\n") + 1;
    const lines = rest
      .subarray(0, end)
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    rest = rest.subarray(end);
    return lines;
  };
}

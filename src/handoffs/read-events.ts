import { open } from "node:fs/promises";
import type { Workspace } from "../workspace.ts";
import { eventsFile } from "./read-runs.ts";
import { TrainerEvent } from "./trainer-events.ts";

const chunkBytes = 1 << 16;

/** What a run has said so far, of what lies on this machine. */
export async function readEvents(workspace: Workspace, id: string): Promise<TrainerEvent[]> {
  return [...new EventOrder().take(await lineReader(eventsFile(workspace, id))())];
}

/**
 * Puts events of several sources into one order, each once.
 *
 * Lines of an attempt that stand behind those of a newer one were written by a worker that did not know yet that it had
 * lost the run: they are passed over.
 */
export class EventOrder {
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
export function lineReader(file: string): () => Promise<string[]> {
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

import { createReadStream } from "node:fs";
import type * as z from "zod";
import { orPassOver, type PassedOver, UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { cannotBeRead, isMissing } from "./read-json-file.ts";
import { eventsFile } from "./read-runs.ts";
import { TrainerEvent } from "./trainer-events.ts";

const ofDamage = { fix: "Put it back from a copy. The run and its model do not need it." };

/**
 * What a run has said so far, of what lies on this machine.
 *
 * @param isFinished Whether the run must have had its last word.
 * @param passedOver Told once when the file is damaged: what can be read of it is given all the same.
 */
export async function readEvents(
  workspace: Workspace,
  id: string,
  { isFinished = false, passedOver = () => {} }: { isFinished?: boolean; passedOver?: PassedOver } = {},
): Promise<TrainerEvent[]> {
  const file = eventsFile(workspace, id);
  const lines = await orPassOver(lineReader(file, { toTheEnd: true })(), passedOver);
  if (lines === undefined) return [];
  const order = new EventOrder();
  const events = [...order.take(lines)];
  const isCut = isFinished && !events.some(({ type }) => type === "finished");
  if (isCut || order.metDamage)
    passedOver(new UserError(`${file} is damaged: it does not hold all that run ${id} has said.`, ofDamage));
  return events;
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
  #metDamage = false;

  *take(lines: string[]): Generator<TrainerEvent> {
    for (const line of lines) {
      const said = parseJson(line);
      const event = TrainerEvent.safeParse(said).data;
      if (event === undefined) this.#metDamage ||= !isOfNewerTrainer(said);
      else if (this.#isNext(event)) yield event;
    }
  }

  /** Whether lines were left out that no trainer has written so. */
  get metDamage(): boolean {
    return this.#metDamage;
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

const knownTypes = new Set<unknown>(TrainerEvent.options.map(({ shape }) => shape.type.value));

function isOfNewerTrainer(said: unknown): boolean {
  const { type } = Object(said) as { type?: unknown };
  return typeof type === "string" && !knownTypes.has(type);
}

/** A power cut may leave half a line. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A line as what it should be; undefined where it is something else, or half of it. */
export function parseLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  return schema.safeParse(parseJson(line)).data;
}

/**
 * Gives the whole lines that a growing file has gained since the last call.
 *
 * @param toTheEnd Whether what stands behind the last end of a line is a line too.
 */
export function lineReader(file: string, { toTheEnd = false } = {}): () => Promise<string[]> {
  let position = 0;
  let rest = Buffer.alloc(0);
  return async () => {
    const gained = await readFrom(file, position);
    position += gained.length;
    const all = Buffer.concat([rest, gained]);
    const end = toTheEnd ? all.length : all.lastIndexOf("\n") + 1;
    rest = all.subarray(end);
    return all
      .subarray(0, end)
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
  };
}

/** What a file holds from a position on; nothing while there is no file. */
async function readFrom(file: string, start: number): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file, { start })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw cannotBeRead(file, error, ofDamage);
  }
}

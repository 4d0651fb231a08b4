/**
 * What was erased can come back under another name, which no hash of a name tells: the moments do. Kept are salted hashes of
 * a message's time and words, of which neither can be read.
 */
import { createHash, randomBytes } from "node:crypto";
import type { ParsedEntry } from "../formats/index.ts";
import { coarsestClockMs, wordlessKind } from "../merge/index.ts";
import type { Erased } from "./records.ts";

export function nothingErased(): Erased {
  return { salt: randomBytes(16).toString("hex"), moments: {} };
}

/** As many as tell a person; those with the lowest hashes, so that two exports keep the same. */
const mostKept = 2_000;
const hashLength = 12;

/** @param added Hashes by thread id. */
export function addErased({ salt, moments }: Erased, added: { id: string; erased: string[] }[]): Erased {
  const all: Erased["moments"] = { ...moments };
  for (const { id, erased } of added) {
    const place = placeOf(id);
    const known = [...new Set([...(all[place] ?? []), ...erased])].sort();
    if (known.length > 0) all[place] = known.slice(0, mostKept);
  }
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return { salt, moments: Object.fromEntries(sorted) };
}

/** A chat without an id may have another one when all of it comes back. */
function placeOf(id: string): string {
  return /^(e2ee|whatsapp|instagram)-(?=\d*[a-f])[0-9a-f]{16}(?:-\d+)?$/.exec(id)?.[1] ?? id;
}

/** The moments of one thread that were erased, and those that are being erased. */
export class ErasedMoments {
  readonly #salt: string;
  readonly #clockMs: number;
  readonly #known: Set<string>;
  readonly #added = new Set<string>();

  constructor({ salt, moments }: Erased, { id, network }: { id: string; network: string }) {
    this.#salt = salt;
    this.#clockMs = coarsestClockMs(network);
    this.#known = new Set(moments[placeOf(id)]);
  }

  get areNone(): boolean {
    return this.#known.size === 0;
  }

  has(entry: ParsedEntry): boolean {
    return this.#known.has(this.#hashOf(entry));
  }

  add(entry: ParsedEntry): void {
    if (entry.sentAt !== null) this.#added.add(this.#hashOf(entry));
  }

  added(): string[] {
    return [...this.#added].sort().slice(0, mostKept);
  }

  #hashOf({ sentAt, text, kind }: ParsedEntry): string {
    const moment = Math.floor((sentAt ?? 0) / this.#clockMs);
    const hash = createHash("sha256").update(
      `${this.#salt}\u0000${moment}\u0000${text || wordlessKind(kind)}`,
    );
    return hash.digest("hex").slice(0, hashLength);
  }
}

/**
 * Merges what several sources say of one thread: nothing lost, nothing doubled.
 *
 * No export has message ids. Two equal messages in one source are two; the same message in two sources is one. So each
 * message counts as often as the source that has it most often. Messages of one moment are compared with each other, and
 * only they: the sources are read side by side, each in its order of time, and one moment is in memory.
 */
import type { ParsedEntry } from "./formats/format.ts";

/** An entry with what its place in the thread follows from. */
export interface PlacedEntry extends ParsedEntry {
  /** Format and section, as the store keeps it. */
  source: string;
}

/** One archive's, or the store's, messages of a thread: batches, oldest first. */
export interface Source {
  batches: AsyncIterator<PlacedEntry[]>;
  /** Unix time in ms of the newest message of the export: of two names for one person, the newer export's holds. */
  asOf: number;
}

export interface Merged {
  entries: PlacedEntry[];
  /** Entries that another source has too. */
  duplicates: number;
}

/** A source is not in the order of time: it has to be sorted first. */
export class OutOfOrderError extends Error {
  override readonly name = "OutOfOrderError";
}

/** More messages of one moment than any chat has; held against each other they would not fit into memory. */
const mostAtOneMoment = 20_000;

/** Told of messages that are equal in two sources but for the sender: perhaps one person under two names. */
export type OnSameWords = (
  moment: number | null,
  one: { source: number; sender: string },
  other: { source: number; sender: string },
) => void;

export async function* mergeSources(sources: Source[], onSameWords?: OnSameWords): AsyncGenerator<Merged> {
  const cursors = sources.map((source) => new Cursor(source));
  await Promise.all(cursors.map((cursor) => cursor.start()));
  if (cursors.length === 1) return yield* passThrough(cursors[0] as Cursor);

  let merged: Merged = { entries: [], duplicates: 0 };
  for (;;) {
    const open = cursors.filter(({ at }) => at !== undefined);
    if (open.length === 0) break;
    const moment = Math.min(...open.map(({ at }) => at as number));
    const present: Presence[] = [];
    for (const [source, cursor] of cursors.entries()) {
      if (cursor.at === moment)
        present.push({ source, asOf: cursor.asOf, entries: await cursor.takeMoment() });
    }
    mergeMoment(present, merged, onSameWords);
    if (merged.entries.length >= batchSize) {
      yield merged;
      merged = { entries: [], duplicates: 0 };
    }
  }
  yield merged;
}

const batchSize = 2_000;

async function* passThrough(cursor: Cursor): AsyncGenerator<Merged> {
  for (let batch = cursor.takeBatch(); batch !== undefined; batch = cursor.takeBatch()) {
    yield { entries: batch, duplicates: 0 };
    await cursor.refill();
  }
}

/** Where reading a source stands. */
class Cursor {
  /** Time of the next entry; an entry without a time stands at that of the one before it. Undefined at the end. */
  at: number | undefined;
  readonly asOf: number;
  readonly #batches: AsyncIterator<PlacedEntry[]>;
  #batch: PlacedEntry[] = [];
  #index = 0;
  #last = 0;

  constructor({ batches, asOf }: Source) {
    this.#batches = batches;
    this.asOf = asOf;
  }

  async start(): Promise<void> {
    await this.refill();
  }

  async refill(): Promise<void> {
    this.#index = 0;
    do {
      const { done, value } = await this.#batches.next();
      if (done) {
        this.#batch = [];
        this.at = undefined;
        return;
      }
      this.#batch = value;
    } while (this.#batch.length === 0);
    this.#point();
  }

  #point(): void {
    const time = this.#batch[this.#index]?.sentAt ?? this.#last;
    if (time < this.#last) throw new OutOfOrderError();
    this.at = time;
    this.#last = time;
  }

  /** What is left of the batch in memory, checked for its order. */
  takeBatch(): PlacedEntry[] | undefined {
    if (this.at === undefined) return undefined;
    const rest = this.#index === 0 ? this.#batch : this.#batch.slice(this.#index);
    for (const { sentAt } of rest) {
      if (sentAt === null) continue;
      if (sentAt < this.#last) throw new OutOfOrderError();
      this.#last = sentAt;
    }
    return rest;
  }

  /** All entries of the moment at which the cursor stands; it then stands at the next. */
  async takeMoment(): Promise<PlacedEntry[]> {
    const moment = this.at;
    const taken: PlacedEntry[] = [];
    while (this.at === moment) {
      taken.push(this.#batch[this.#index] as PlacedEntry);
      if (taken.length > mostAtOneMoment) throw new Error("it has too many messages of one moment");
      this.#index++;
      if (this.#index < this.#batch.length) this.#point();
      else await this.refill();
    }
    return taken;
  }
}

interface Presence {
  source: number;
  asOf: number;
  entries: PlacedEntry[];
}

function mergeMoment(present: Presence[], merged: Merged, onSameWords: OnSameWords | undefined): void {
  const [first, second] = present as [Presence, Presence | undefined];
  if (second === undefined) {
    for (const entry of first.entries) merged.entries.push(entry);
    return;
  }
  const kept = new Map<string, RankedEntry>();
  let count = 0;
  for (const { entries, asOf } of present) {
    const seen = new Map<string, number>();
    for (const [rank, entry] of entries.entries()) {
      const key = keyOf(entry);
      const occurrence = (seen.get(key) ?? 0) + 1;
      seen.set(key, occurrence);
      keepNewer(kept, `${key}\u0000${occurrence}`, { entry, rank, asOf });
      count++;
    }
  }
  if (onSameWords !== undefined) noteSameWords(present, onSameWords);
  const ordered = kept.size === 1 ? [...kept.values()] : [...kept.values()].sort(compare);
  for (const { entry } of ordered) merged.entries.push(entry);
  merged.duplicates += count - kept.size;
}

/** An entry and its place among those of the same moment in its source. */
interface RankedEntry {
  entry: PlacedEntry;
  rank: number;
  asOf: number;
}

/** Reactions are left out: they may come later. Attachments' folders differ between exports and were cut off before. */
function contentOf({ sentAt, text, kind, attachments }: PlacedEntry): string {
  const names = attachments.length === 0 ? "" : attachments.map(({ name }) => name).join("\u0001");
  return `${sentAt}\u0000${kind}\u0000${text}\u0000${names}`;
}

function keyOf(entry: PlacedEntry): string {
  return `${entry.sender}\u0000${contentOf(entry)}`;
}

function keepNewer(kept: Map<string, RankedEntry>, key: string, candidate: RankedEntry): void {
  const known = kept.get(key);
  if (known === undefined) {
    kept.set(key, candidate);
    return;
  }
  known.rank = Math.max(known.rank, candidate.rank);
  if (!isNewer(candidate, known)) return;
  known.entry = candidate.entry;
  known.asOf = candidate.asOf;
}

/** Reactions are changed and taken back: the newer export's hold. Whatever order the sources come in, the same one is kept. */
function isNewer(a: RankedEntry, b: RankedEntry): boolean {
  if (a.asOf !== b.asOf) return a.asOf > b.asOf;
  if (a.entry.reactions.length !== b.entry.reactions.length)
    return a.entry.reactions.length > b.entry.reactions.length;
  return a.entry.source < b.entry.source;
}

function compare(a: RankedEntry, b: RankedEntry): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  const [keyA, keyB] = [keyOf(a.entry), keyOf(b.entry)];
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}

function noteSameWords(present: Presence[], onSameWords: OnSameWords): void {
  for (const [index, { source, entries }] of present.entries()) {
    for (const other of present.slice(index + 1)) {
      for (const entry of unmatched(entries, other.entries)) {
        const match = unmatched(other.entries, entries).find(
          (candidate) => contentOf(candidate) === contentOf(entry),
        );
        if (match !== undefined)
          onSameWords(
            entry.sentAt,
            { source, sender: entry.sender },
            { source: other.source, sender: match.sender },
          );
      }
    }
  }
}

/** Entries that the other source does not have under this sender. */
function unmatched(entries: PlacedEntry[], others: PlacedEntry[]): PlacedEntry[] {
  if (entries.length > 50 || others.length > 50) return []; // A flood tells nothing about names.
  const known = new Set(others.map(keyOf));
  return entries.filter((entry) => !known.has(keyOf(entry)));
}

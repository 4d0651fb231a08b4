/**
 * Merges what several sources say of one thread: nothing lost, nothing doubled.
 *
 * No export has message ids. Two equal messages in one source are two; the same message in two sources is one. So each
 * message counts as often as the source that has it most often. Messages of one moment are compared with each other, and
 * only they: the sources are read side by side, each in its order of time, and one moment is in memory.
 */
import { charactersOf } from "../entry-size.ts";
import type { ParsedEntry } from "../formats/format.ts";

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
export class CrowdedMomentError extends Error {
  override readonly name = "CrowdedMomentError";
}

const mostAtOneMoment = 20_000;
const mostCharactersAtOneMoment = 50_000_000;

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
  let characters = 0;
  for (;;) {
    const open = cursors.filter(({ at }) => at !== undefined);
    if (open.length === 0) break;
    const moment = Math.min(...open.map(({ at }) => at as number));
    const present: Presence[] = [];
    for (const [source, cursor] of cursors.entries()) {
      if (cursor.at === moment)
        present.push({ source, asOf: cursor.asOf, entries: await cursor.takeMoment() });
      characters += cursor.charactersTaken;
      cursor.charactersTaken = 0;
    }
    mergeMoment(present, merged, onSameWords);
    if (merged.entries.length >= batchSize || characters > batchCharacters) {
      yield merged;
      merged = { entries: [], duplicates: 0 };
      characters = 0;
    }
  }
  yield merged;
}

const batchSize = 2_000;
const batchCharacters = 4_000_000;

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
  /** Of the entries that moments were taken with, about. */
  charactersTaken = 0;
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
      const entry = this.#batch[this.#index] as PlacedEntry;
      taken.push(entry);
      this.charactersTaken += charactersOf(entry);
      const isCrowded = taken.length > mostAtOneMoment || this.charactersTaken > mostCharactersAtOneMoment;
      if (isCrowded) throw new CrowdedMomentError();
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
  const kept = new Map<string, KeptEntry>();
  const orders = present.map((source) => keepEntries(source, kept));
  if (onSameWords !== undefined) noteSameWords(present, onSameWords);
  const order = kept.size === 1 ? kept.keys() : (commonOrder(orders) ?? orderOfKeys(kept));
  for (const key of order) merged.entries.push((kept.get(key) as KeptEntry).entry);
  merged.duplicates += orders.reduce((count, { length }) => count + length, -kept.size);
}

interface KeptEntry {
  entry: PlacedEntry;
  asOf: number;
}

/** Keeps what a source has, and tells the keys in its order. */
function keepEntries({ entries, asOf }: Presence, kept: Map<string, KeptEntry>): string[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const content = keyOf(entry);
    const occurrence = (seen.get(content) ?? 0) + 1;
    seen.set(content, occurrence);
    // As a character, so that the tenth sorts behind the ninth.
    const key = `${content}\u0000${String.fromCharCode(occurrence)}`;
    const known = kept.get(key);
    if (known === undefined || isNewer({ entry, asOf }, known)) kept.set(key, { entry, asOf });
    return key;
  });
}

/**
 * The order that all lists keep, by key where they leave it open; undefined when they contradict each other.
 *
 * Merging the result with one of the lists again gives the result (Kahn 1962, "Topological sorting of large networks").
 */
function commonOrder(lists: string[][]): string[] | undefined {
  const behindOthers = new Map<string, number>();
  for (const key of lists.flat()) behindOthers.set(key, (behindOthers.get(key) ?? 0) + 1);
  const ready: string[] = [];
  const reach = (key: string | undefined) => {
    if (key === undefined) return;
    const count = (behindOthers.get(key) as number) - 1;
    behindOthers.set(key, count);
    if (count === 0) ready.push(key);
  };
  const next = lists.map(() => 0);
  for (const [first] of lists) reach(first);
  const order: string[] = [];
  while (ready.length > 0) {
    const least = ready.sort().shift() as string;
    order.push(least);
    for (const [index, list] of lists.entries())
      if (list[next[index] as number] === least) reach(list[++(next[index] as number)]);
  }
  return order.length === behindOthers.size ? order : undefined;
}

/** By key; messages without a time stay behind one that has it, from which their place follows. */
function orderOfKeys(kept: Map<string, KeptEntry>): string[] {
  const isUndated = (key: string) => kept.get(key)?.entry.sentAt === null;
  return [...kept.keys()].sort((a, b) => +isUndated(a) - +isUndated(b) || (a < b ? -1 : 1));
}

/** Reactions are left out: they may come later. Attachments' folders differ between exports and were cut off before. */
function contentOf({ sentAt, text, kind, attachments }: PlacedEntry): string {
  const names = attachments.length === 0 ? "" : attachments.map(({ name }) => name).join("\u0001");
  return `${sentAt}\u0000${kind}\u0000${text}\u0000${names}`;
}

function keyOf(entry: PlacedEntry): string {
  return `${entry.sender}\u0000${contentOf(entry)}`;
}

/** Reactions are changed and taken back: the newer export's hold. Whatever order the sources come in, the same one is kept. */
function isNewer(a: KeptEntry, b: KeptEntry): boolean {
  if (a.asOf !== b.asOf) return a.asOf > b.asOf;
  if (a.entry.reactions.length !== b.entry.reactions.length)
    return a.entry.reactions.length > b.entry.reactions.length;
  if (a.entry.source !== b.entry.source) return a.entry.source < b.entry.source;
  return restOf(a.entry) < restOf(b.entry);
}

/** What the key leaves out. */
function restOf({ reactions, attachments, callSeconds }: PlacedEntry): string {
  return JSON.stringify([reactions, attachments, callSeconds]);
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

import type { Merged, OnSameWords, PlacedEntry } from "./source.ts";

/** What one source has of a moment. */
export interface Presence {
  source: number;
  asOf: number;
  entries: PlacedEntry[];
}

export function mergeMoment(present: Presence[], merged: Merged, onSameWords: OnSameWords | undefined): void {
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

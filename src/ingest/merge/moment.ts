import { alignCaptions } from "./captions.ts";
import { keepOf, type Told, wordlessKind } from "./same-messages.ts";
import { noteSameWords } from "./same-words.ts";
import type { Merged, OnSameWords, PlacedEntry, Presence } from "./source.ts";

export function mergeMoment(present: Presence[], merged: Merged, onSameWords: OnSameWords | undefined): void {
  const [first, second] = present as [Presence | undefined, Presence | undefined];
  if (second === undefined) {
    for (const entry of first?.entries ?? []) merged.entries.push(entry);
    return;
  }
  if (onSameWords !== undefined) noteSameWords(present, onSameWords);
  const kept = new Map<string, PlacedEntry>();
  const orders = keepEntries(alignCaptions(present), kept);
  const order = kept.size === 1 ? kept.keys() : (commonOrder(orders) ?? orderOfKeys(kept));
  for (const key of order) merged.entries.push(kept.get(key) as PlacedEntry);
  merged.duplicates += orders.reduce((count, { length }) => count + length, -kept.size);
}

/** Keeps each message of the moment once, by a key, and tells the keys in the order of each source. */
function keepEntries(present: Presence[], kept: Map<string, PlacedEntry>): string[][] {
  const messages = new Map<string, Told[][]>();
  for (const [index, { entries, asOf }] of present.entries()) {
    for (const entry of entries) {
      const words = wordsOf(entry);
      const told = messages.get(words) ?? present.map((): Told[] => []);
      messages.set(words, told);
      told[index]?.push({ entry, asOf });
    }
  }
  const keys = new Map<PlacedEntry, string>();
  for (const [words, told] of messages) {
    const entries = keepOf(told);
    // As a character, so that the tenth sorts behind the ninth.
    const keyOf = (occurrence: number) => `${words}\u0000${String.fromCharCode(occurrence + 1)}`;
    for (const [occurrence, entry] of entries.entries()) kept.set(keyOf(occurrence), entry);
    for (const list of told)
      for (const [occurrence, { entry }] of list.entries()) keys.set(entry, keyOf(occurrence));
  }
  return present.map(({ entries }) => entries.map((entry) => keys.get(entry) as string));
}

/** What every format agrees on. */
function wordsOf({ sender, sentAt, text, kind }: PlacedEntry): string {
  return `${sender}\u0000${sentAt === null ? "?" : ""}\u0000${text || wordlessKind(kind)}`;
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
function orderOfKeys(kept: Map<string, PlacedEntry>): string[] {
  const isUndated = (key: string) => kept.get(key)?.sentAt === null;
  return [...kept.keys()].sort((a, b) => +isUndated(a) - +isUndated(b) || (a < b ? -1 : 1));
}

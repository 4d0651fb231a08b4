import type { OnSameWords, PlacedEntry, Presence } from "./source.ts";

/** Tells of entries of one moment that two sources have under different names. */
export function noteSameWords(present: Presence[], onSameWords: OnSameWords): void {
  for (const [index, one] of present.entries())
    for (const other of present.slice(index + 1)) noteBetween(one, other, contentOf, onSameWords);
}

/** The same of two clocks, where only words tell enough. */
export function noteSameWordsOfClocks(coarse: Presence[], fine: Presence[], onSameWords: OnSameWords): void {
  for (const one of coarse)
    for (const other of fine)
      if (one.source !== other.source) noteBetween(one, other, ({ text }) => text, onSameWords);
}

function noteBetween(
  one: Presence,
  other: Presence,
  contentOf: (entry: PlacedEntry) => string,
  onSameWords: OnSameWords,
): void {
  const keyOf = (entry: PlacedEntry) => `${entry.sender}\u0000${contentOf(entry)}`;
  const others = unmatched(other.entries, one.entries, keyOf);
  for (const entry of unmatched(one.entries, other.entries, keyOf)) {
    const content = contentOf(entry);
    const match = others.find((candidate) => content !== "" && contentOf(candidate) === content);
    if (match === undefined) continue;
    const sighting = { source: one.source, sender: entry.sender };
    onSameWords(entry.sentAt, sighting, { source: other.source, sender: match.sender });
  }
}

/** Attachments' folders differ between exports and were cut off before. */
function contentOf({ sentAt, text, kind, attachments }: PlacedEntry): string {
  const names = attachments.map(({ name }) => name).join("\u0001");
  return `${sentAt}\u0000${text}\u0000${text === "" ? `${kind}\u0000${names}` : ""}`;
}

/** Entries that the other source does not have under this sender. */
function unmatched(
  entries: PlacedEntry[],
  others: PlacedEntry[],
  keyOf: (entry: PlacedEntry) => string,
): PlacedEntry[] {
  if (entries.length > 50 || others.length > 50) return []; // A flood tells nothing about names.
  const known = new Set(others.map(keyOf));
  return entries.filter((entry) => !known.has(keyOf(entry)));
}

import { isNobody, type ParsedEntry } from "../formats/format.ts";
import type { Renames } from "./name-changes.ts";

/** The store's name for a name. */
export type NameReader = (name: string) => string;

/**
 * Reads the names of each export; without an export, those of the store itself.
 *
 * People without an account are different people in different threads: they carry the thread in their name.
 */
export function nameReaders(
  thread: string,
  { owner, owners, renames }: { owner: string; owners: string[]; renames: Renames },
  found: { from: string; to: string }[],
): (exportIndex: number | undefined) => NameReader {
  const later = new Map(Object.entries({ ...renames[""], ...renames[thread] }));
  for (const { from, to } of found) later.set(from, to);
  const readers = new Map<number | undefined, NameReader>();
  return (exportIndex) => {
    const known = readers.get(exportIndex);
    if (known !== undefined) return known;
    const reader = remembering((name) => {
      if (exportIndex !== undefined && name === owners[exportIndex]) return owner;
      // A line of WhatsApp's own has no sender, and is nobody's.
      if (name === "" && thread.startsWith("whatsapp-")) return "";
      if (exportIndex !== undefined && isNobody(name)) return `${name || "Facebook user"} in ${thread}`;
      return later.get(name) ?? name;
    });
    readers.set(exportIndex, reader);
    return reader;
  };
}

function remembering(read: NameReader): NameReader {
  const memo = new Map<string, string>();
  return (name) => {
    let known = memo.get(name);
    if (known === undefined) {
      known = read(name);
      memo.set(name, known);
    }
    return known;
  };
}

/** The entry with the names that the store has for sender and actors. */
export function named<Entry extends ParsedEntry>(entry: Entry, nameOf: NameReader): Entry {
  entry.sender = nameOf(entry.sender);
  for (const reaction of entry.reactions) reaction.actor = nameOf(reaction.actor);
  return entry;
}

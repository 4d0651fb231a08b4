import { isNobody, type ParsedEntry } from "../formats/index.ts";
import type { Renames } from "./name-changes.ts";

/** The store's names for names, each worked out once. */
export class NameReader {
  readonly #work: (name: string) => string;
  readonly #known = new Map<string, string>();

  constructor(work: (name: string) => string) {
    this.#work = work;
  }

  read(name: string): string {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.#work(name);
      this.#known.set(name, known);
    }
    return known;
  }
}

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
    const reader = new NameReader((name) => {
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

/** The entry with the names that the store has for sender and actors. */
export function named<Entry extends ParsedEntry>(entry: Entry, names: NameReader): Entry {
  entry.sender = names.read(entry.sender);
  for (const reaction of entry.reactions) reaction.actor = names.read(reaction.actor);
  return entry;
}

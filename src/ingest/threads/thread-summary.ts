import type { PlacedEntry } from "../merge/index.ts";
import type { StoredThread } from "../store/index.ts";

type Summary = Pick<StoredThread, "people" | "entries" | "texts" | "firstAt" | "lastAt" | "kinds">;

/** Counts a thread's entries as they pass, oldest first. */
export interface SummaryInProgress {
  readonly entries: number;
  add(entry: PlacedEntry): void;
  /** @param participants Who takes part without having written, as well. */
  finish(participants: Iterable<string>): Summary;
}

export function createSummary(): SummaryInProgress {
  const people = new Map<string, { name: string; texts: number }>();
  const kinds: Record<string, number> = {};
  let entries = 0;
  let firstAt: number | null = null;
  let lastAt: number | null = null;
  const personOf = (name: string) => {
    const known = people.get(name);
    if (known !== undefined) return known;
    const person = { name, texts: 0 };
    people.set(name, person);
    return person;
  };
  return {
    get entries() {
      return entries;
    },
    add({ sender, kind, sentAt }) {
      entries++;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      const person = personOf(sender);
      if (kind === "text") person.texts++;
      if (sentAt === null) return;
      firstAt ??= sentAt;
      lastAt = sentAt;
    },
    finish(participants) {
      for (const name of participants) personOf(name);
      const named = [...people.values()]
        .filter(({ name }) => name !== "")
        .sort((a, b) => b.texts - a.texts || (a.name < b.name ? -1 : 1));
      const sortedKinds = Object.fromEntries(Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1)));
      return { people: named, entries, texts: kinds.text ?? 0, firstAt, lastAt, kinds: sortedKinds };
    },
  };
}

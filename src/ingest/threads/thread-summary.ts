import type { StoredThread } from "../store/stored-thread.ts";
import type { PlacedEntry } from "./source.ts";

type Summary = Pick<StoredThread, "people" | "entries" | "texts" | "firstAt" | "lastAt" | "kinds">;

/** Counts a thread's entries as they pass, oldest first. */
export interface SummaryInProgress {
  readonly entries: number;
  add(entry: PlacedEntry): void;
  /** @param participants Who takes part without having written, as well. */
  finish(participants: Iterable<string>): Summary;
}

export function createSummary(): SummaryInProgress {
  const textsBy = new Map<string, number>();
  const kinds: Record<string, number> = {};
  let entries = 0;
  let firstAt: number | null = null;
  let lastAt: number | null = null;
  return {
    get entries() {
      return entries;
    },
    add({ sender, kind, sentAt }) {
      entries++;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      textsBy.set(sender, (textsBy.get(sender) ?? 0) + (kind === "text" ? 1 : 0));
      if (sentAt === null) return;
      firstAt ??= sentAt;
      lastAt = sentAt;
    },
    finish(participants) {
      for (const name of participants) if (!textsBy.has(name)) textsBy.set(name, 0);
      const people = [...textsBy]
        .filter(([name]) => name !== "")
        .map(([name, texts]) => ({ name, texts }))
        .sort((a, b) => b.texts - a.texts || (a.name < b.name ? -1 : 1));
      const sortedKinds = Object.fromEntries(Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1)));
      return { people, entries, texts: kinds.text ?? 0, firstAt, lastAt, kinds: sortedKinds };
    },
  };
}

import type { Rename, StoreIndex } from "./store.ts";
import type { StoredThread } from "./stored-thread.ts";

/** Renames as thread jobs use them: by thread, those of all threads under the empty id. */
export function renamesForJobs(renames: StoreIndex["renames"]): Record<string, Record<string, string>> {
  const byThread: Record<string, Record<string, string>> = {};
  for (const { from, to, thread = "" } of renames) {
    byThread[thread] ??= Object.create(null) as Record<string, string>;
    (byThread[thread] as Record<string, string>)[from] = to;
  }
  return byThread;
}

export interface NameClues {
  known: Rename[];
  /** Found by comparing what two exports say of one thread. */
  found: (Rename & { thread: string })[];
  earlierOfOwner: { from: string; to: string }[];
  /** The store as it is after the import, before names are changed in it. */
  threads: StoredThread[];
}

/**
 * Decides which renames hold everywhere, and which threads still hold an earlier name.
 *
 * A name that somebody bears in the newest export is another person's elsewhere: it is then changed in its thread alone.
 */
export function settleRenames({ known, found, earlierOfOwner, threads }: NameClues): {
  renames: Rename[];
  affected: StoredThread[];
} {
  const current = currentNames(threads);
  const fresh = found.map(({ from, to, thread }) =>
    current.has(from) ? { from, to, thread } : { from, to },
  );
  const ofOwner = earlierOfOwner.filter(({ from, to }) => from !== to && !current.has(from));
  const renames = closure([...known, ...ofOwner, ...fresh]);
  const byThread = renamesForJobs(renames);
  const affected = threads.filter(({ id, people }) =>
    people.some(({ name }) => byThread[""]?.[name] !== undefined || byThread[id]?.[name] !== undefined),
  );
  return { renames, affected };
}

/** Everybody in threads that the newest export knows. */
function currentNames(threads: StoredThread[]): Set<string> {
  const newest = threads.reduce((latest, { asOf }) => Math.max(latest, asOf), 0);
  const current = threads.filter(({ asOf }) => asOf === newest);
  return new Set(current.flatMap(({ people }) => people.map(({ name }) => name)));
}

/** Each earlier name once, pointing at the last one: who was A, then B, and is C now, is C under both. */
function closure(renames: Rename[]): Rename[] {
  const last = new Map<string, Rename>();
  const keyOf = (name: string, thread: string | undefined) => `${thread ?? ""}\u0000${name}`;
  for (const rename of renames) {
    for (const earlier of last.values()) {
      if (earlier.to === rename.from && earlier.thread === rename.thread) earlier.to = rename.to;
    }
    if (rename.from !== rename.to) last.set(keyOf(rename.from, rename.thread), { ...rename });
  }
  return [...last.values()]
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => (keyOf(a.from, a.thread) < keyOf(b.from, b.thread) ? -1 : 1));
}

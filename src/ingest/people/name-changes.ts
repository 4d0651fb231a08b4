import { isSelf } from "../formats/index.ts";
import type { StoredThread } from "../store/index.ts";

/** Earlier names to today's: by thread, those of all threads under the empty id. */
export type Renames = Record<string, Record<string, string>>;

export interface NameClues {
  /** Found by comparing what two exports say of one thread. */
  found: { from: string; to: string; thread: string }[];
  /** Other names of the owner, by their profile and in older exports. */
  earlierOfOwner: string[];
  owner: string;
  /** The store as it is after the import, before names are changed in it. */
  threads: StoredThread[];
}

/**
 * Decides which renames hold everywhere, and which threads still hold an earlier name.
 *
 * A name that somebody bears in the newest export is another person's elsewhere: it is then changed in its thread alone.
 * Nothing of this is remembered: an older export that is imported again proves it again.
 */
export function settleRenames({ found, earlierOfOwner, owner, threads }: NameClues): {
  renames: Renames;
  affected: StoredThread[];
  renamedPeople: number;
} {
  const current = currentNames(threads);
  const renames: Renames = { "": Object.create(null) as Record<string, string> };
  const note = (thread: string, from: string, to: string) => {
    renames[thread] ??= Object.create(null) as Record<string, string>;
    (renames[thread] as Record<string, string>)[from] = to;
  };
  for (const from of earlierOfOwner) if (!current.has(from) || isSelf(from)) note("", from, owner);
  for (const { from, to, thread } of found) note(current.has(from) ? thread : "", from, to);
  const everywhere = renames[""] as Record<string, string>;
  for (const names of Object.values(renames)) {
    for (const from in everywhere) {
      // Who is somebody else in this thread alone is that person under earlier names as well.
      const to = names[everywhere[from] as string];
      if (to !== undefined) names[from] ??= to;
    }
    followChains(names);
  }
  const affected = threads.filter(({ id, people }) =>
    people.some(({ name }) => renames[""]?.[name] !== undefined || renames[id]?.[name] !== undefined),
  );
  const people = Object.values(renames).flatMap((names) => Object.values(names));
  return { renames, affected, renamedPeople: new Set(people).size };
}

/** Everybody in threads that the newest export knows. */
function currentNames(threads: StoredThread[]): Set<string> {
  const newest = threads.reduce((latest, { asOf }) => Math.max(latest, asOf), 0);
  const current = threads.filter(({ asOf }) => asOf === newest);
  return new Set(current.flatMap(({ people }) => people.map(({ name }) => name)));
}

/** Who was A, then B, and is C now, is C under both names. */
function followChains(names: Record<string, string>): void {
  for (const from in names) {
    const seen = new Set([from]);
    let to = names[from] as string;
    while (names[to] !== undefined && !seen.has(to)) {
      seen.add(to);
      to = names[to] as string;
    }
    names[from] = to;
  }
}

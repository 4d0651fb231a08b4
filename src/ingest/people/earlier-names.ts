import type { EarlierName } from "../forgotten/index.ts";
import type { StoredThread } from "../store/index.ts";
import type { Renames } from "./name-changes.ts";

interface NameHistory {
  /** What the store knew. */
  known: EarlierName[];
  /** What an import found. */
  renames: Renames;
  owner: string;
  threads: StoredThread[];
  isForgotten(name: string): boolean;
}

/** The names that people of the store had before: who is asked to leave under one of them is known by it. */
export function earlierNamesOf({ known, renames, owner, threads, isForgotten }: NameHistory): EarlierName[] {
  const everywhere = renames[""] ?? {};
  const found = Object.entries(renames).flatMap(([thread, names]) =>
    Object.entries(names).map(([from, to]) => ({ from, to, ...(thread !== "" && { thread }) })),
  );
  const followed = known.map((name) => ({ ...name, to: everywhere[name.to] ?? name.to }));
  const people = new Set(threads.flatMap(({ people }) => people.map(({ name }) => name)));
  const names = [...followed, ...found].filter(
    ({ from, to }) => from !== to && to !== owner && people.has(to) && !isForgotten(from) && !isForgotten(to),
  );
  const byKey = new Map(names.map((name) => [JSON.stringify([name.from, name.to, name.thread ?? ""]), name]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

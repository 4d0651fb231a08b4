import { distance } from "fastest-levenshtein";

/** The names that are nearest to a mistyped one, nearest first. */
export function closestNames(typed: string, names: Iterable<string>, most = 3): string[] {
  const plain = (name: string) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(typed);
  return [...names]
    .map((name) => ({ name, score: scoreOf(wanted, plain(name)) }))
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Part of a name counts as near: people type "Ana" for "Ana Lima". */
function scoreOf(wanted: string, name: string): number {
  return name.includes(wanted) ? 0 : distance(wanted, name) / Math.max(wanted.length, name.length, 1);
}

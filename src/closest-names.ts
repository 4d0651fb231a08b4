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

/** Asks for one of the nearest names; undefined where there is no name to offer. */
export function didYouMean(typed: string, names: Iterable<string>): string | undefined {
  return didYouMeanOneOf(closestNames(typed, names));
}

/** `Did you mean "Ben Ito" or "Ben Ito (work)"?`; undefined where there is none. */
export function didYouMeanOneOf(names: string[]): string | undefined {
  return names.length > 0 ? `Did you mean ${names.map((name) => `"${name}"`).join(" or ")}?` : undefined;
}

/** Names compare without regard to case. */
export function isSameName(one: string, other: string): boolean {
  caseless ??= new Intl.Collator(undefined, { sensitivity: "accent" });
  return caseless.compare(one, other) === 0;
}

/** Made once, and not before a name is compared: making one takes as long as dozens of comparisons. */
let caseless: Intl.Collator | undefined;

/** Part of a name counts as near: people type "Ana" for "Ana Lima". */
function scoreOf(wanted: string, name: string): number {
  return name.includes(wanted) ? 0 : distance(wanted, name) / Math.max(wanted.length, name.length, 1);
}

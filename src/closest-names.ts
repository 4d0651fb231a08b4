import { distance } from "fastest-levenshtein";

/** The names that a mistyped one may mean, nearest first; none that does not resemble it. */
export function closestNames(typed: string, names: Iterable<string>, most = 3): string[] {
  const wanted = plainName(typed);
  return [...names]
    .map((name) => ({ name, score: scoreOf(wanted, plainName(name)) }))
    .filter(({ score }) => score < 1)
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ name }) => name);
}

function plainName(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Asks for one of the nearest names; undefined where none resembles what was typed. */
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

/**
 * From 0 to 1, where nothing is alike. Part of a name counts as near, since people type "Ana" for "Ana Lima", and so does a
 * name of which half the words are right.
 */
function scoreOf(wanted: string, name: string): number {
  if (wanted.length > 1 && name.includes(wanted)) return 0;
  if (isNear(wanted, name)) return distance(wanted, name) / Math.max(wanted.length, name.length);
  const [few, many] = [wordsOf(wanted), wordsOf(name)].sort((a, b) => a.length - b.length) as [
    string[],
    string[],
  ];
  const alike = few.filter((word) => many.some((other) => isNear(word, other))).length;
  return alike === 0 || alike * 2 < few.length ? 1 : 1 - alike / (many.length + 1);
}

/** Without particles such as "de", which many names share. */
function wordsOf(name: string): string[] {
  return name.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2 || /\p{Lo}/u.test(word));
}

/** A slip in three letters, in any number of words; two letters that changed places are one. */
function isNear(one: string, other: string): boolean {
  const longest = Math.max(one.length, other.length);
  const slips = distance(one, other);
  const areSwapped = slips === 2 && sortedLetters(one) === sortedLetters(other);
  const allowed = longest > 2 ? Math.floor(longest / 3) : Number(/\p{Lo}{2}/u.test(one));
  return (areSwapped ? 1 : slips) <= allowed;
}

function sortedLetters(word: string): string {
  return [...word].sort().join("");
}

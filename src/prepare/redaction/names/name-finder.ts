import { escapePattern } from "../../../letters.ts";
import {
  aWord,
  keysOf,
  longSpellingsOf,
  mayLoseAccents,
  withOrWithoutAccents,
  wordsOfName,
} from "./name-spellings.ts";

export interface NameReplacement {
  /** A whole name. */
  name: string;
  label: string;
  /** The first name, when it may be replaced by itself. */
  first: { name: string; label: string } | undefined;
}

interface WholeName {
  pattern: RegExp;
  /** Where the name's first word begins in it. */
  lead: number;
  length: number;
  label: string;
}

/** By their first and second word, for many people share the first; the second is empty in names of one word. */
type WholeNames = Map<string, Map<string, WholeName[]>>;

/**
 * Replaces names in texts; the cost grows with a text's words, not with the people of the store.
 *
 * @param onWord Told each word, lower-cased, at which a name was looked for.
 */
export function createNameFinder(
  replacements: Iterable<NameReplacement>,
  onWord?: (lowerCased: string) => void,
): (text: string, peopleOfConversation: string[]) => string {
  const people = new Map<string, NameReplacement>();
  const wholeNames: WholeNames = new Map();
  const unspaced: NameReplacement[] = [];
  for (const replacement of replacements) {
    people.set(replacement.name, replacement);
    if (unspacedScript.test(replacement.name)) unspaced.push(...unspacedSpellings(replacement));
    else for (const name of spellingsOf(replacement)) addWholeName(wholeNames, name, replacement);
  }
  for (const bySecond of wholeNames.values()) for (const names of bySecond.values()) names.sort(longerFirst);
  const replaceUnspaced = unspacedReplacer(unspaced);
  const firstNamesOf = firstNamesByConversation(people);

  return (text, peopleOfConversation) => {
    const firstNames = firstNamesOf(peopleOfConversation);
    return replaceUnspaced(
      replaceWords(text, (word, index) => {
        onWord?.(word.toLowerCase());
        return lookUp(text, word, index, wholeNames, firstNames);
      }),
    );
  };
}

/** Scripts without spaces, or with particles on words: a name is found wherever it stands. */
export const unspacedScript =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]/u;

function unspacedSpellings(replacement: NameReplacement): NameReplacement[] {
  const spellings = new Set([replacement.name, wordsOfName(replacement.name).join(" ")]);
  return [...spellings].map((name) => ({ ...replacement, name }));
}

/** Of those that differ in accents only, the one without: its pattern matches nothing else. */
function longerFirst(a: WholeName, b: WholeName): number {
  return b.length - a.length || a.pattern.source.length - b.pattern.source.length;
}

function* spellingsOf({ name, first }: NameReplacement): Generator<string> {
  yield* longSpellingsOf(name);
  // One word alone is a name only where a first name would be.
  const isAlone = wordsOfName(name).length === 1;
  if (isAlone && first !== undefined && first.name.length > 2 && isWrittenAsName(first.name))
    yield first.name;
}

function addWholeName(wholeNames: WholeNames, name: string, { label }: NameReplacement): void {
  const [first, second] = [...name.matchAll(aWord)];
  if (first === undefined) return;
  const isSingle = !name.includes(" ");
  const isExact = isSingle && !mayLoseAccents(name);
  const body = name
    .split(" ")
    .map(isExact ? escapePattern : withOrWithoutAccents)
    .join("\\s{1,3}");
  const end = /[\p{L}\p{M}\p{N}]$/u.test(name) ? "(?![\\p{L}\\p{M}\\p{N}])" : "";
  const pattern = new RegExp(`${body}${end}`, isSingle ? "uy" : "iuy");
  const wholeName = { pattern, lead: first.index, length: name.length, label };
  for (const key of keysOf(first[0])) {
    const bySecond = wholeNames.get(key) ?? new Map<string, WholeName[]>();
    wholeNames.set(key, bySecond);
    for (const secondKey of second === undefined ? [""] : keysOf(second[0]))
      bySecond.set(secondKey, [...(bySecond.get(secondKey) ?? []), wholeName]);
  }
}

interface FirstName {
  label: string;
  /** What follows the first word of "Jean-Pierre". */
  rest: RegExp | undefined;
}

/** By their first words; those with more before those that are one word. */
type FirstNames = Map<string, FirstName[]>;

/** Where two people share a first name, the one whose whole name comes first in the alphabet lends the label. */
function firstNamesByConversation(people: Map<string, NameReplacement>): (names: string[]) => FirstNames {
  const known = new WeakMap<string[], FirstNames>();
  return (names) => {
    let firstNames = known.get(names);
    if (firstNames === undefined) {
      firstNames = new Map();
      for (const name of names.toSorted()) {
        const first = people.get(name)?.first;
        if (first !== undefined) addFirstName(firstNames, first);
      }
      known.set(names, firstNames);
    }
    return firstNames;
  };
}

function addFirstName(firstNames: FirstNames, { name, label }: { name: string; label: string }): void {
  const [word = "", ...more] = name.match(aWord) ?? [];
  const parts = more.map((part) => `[ ._'’/‐‑-]${withOrWithoutAccents(part)}`);
  const rest =
    parts.length === 0 ? undefined : new RegExp(`${parts.join("")}(?![\\p{L}\\p{M}\\p{N}])`, "iuy");
  for (const key of mayLoseAccents(name) ? keysOf(word) : [word.toLowerCase()]) {
    const sharing = [...(firstNames.get(key) ?? []), { label, rest }];
    firstNames.set(key, [...sharing.filter(hasMore), ...sharing.filter((first) => !hasMore(first))]);
  }
}

function hasMore({ rest }: FirstName): boolean {
  return rest !== undefined;
}

/** Where a first name ends, of which the first word ends at `position`. */
function endOfFirstName(text: string, position: number, rest: RegExp | undefined): number | undefined {
  if (rest === undefined) return position;
  rest.lastIndex = position;
  return rest.test(text) ? rest.lastIndex : undefined;
}

interface Replacement {
  start: number;
  end: number;
  words: string;
}

function replaceWords(text: string, find: (word: string, index: number) => Replacement | undefined): string {
  const word = new RegExp(aWord);
  const pieces: string[] = [];
  let position = 0;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    const found = find(match[0], match.index);
    if (found === undefined || found.start < position) continue;
    pieces.push(text.slice(position, found.start), found.words);
    position = found.end;
    word.lastIndex = Math.max(word.lastIndex, found.end);
  }
  return pieces.length === 0 ? text : pieces.join("") + text.slice(position);
}

function lookUp(
  text: string,
  word: string,
  index: number,
  wholeNames: WholeNames,
  firstNames: FirstNames,
): Replacement | undefined {
  const key = word.toLowerCase();
  for (const { pattern, lead, label } of namesThatBegin(text, index + word.length, wholeNames.get(key))) {
    pattern.lastIndex = index - lead;
    const match = index < lead ? null : pattern.exec(text);
    if (match !== null)
      return { start: match.index, end: pattern.lastIndex, words: inCaseOf(match[0], label) };
  }
  for (const { label, rest } of isWrittenAsName(word) ? (firstNames.get(key) ?? []) : []) {
    const end = endOfFirstName(text, index + word.length, rest);
    if (end !== undefined) return { start: index, end, words: inCaseOf(text.slice(index, end), label) };
  }
  return undefined;
}

const nextWord = /[^\p{L}\p{N}]{0,8}([\p{L}\p{N}][\p{L}\p{M}\p{N}]*)/uy;

function* namesThatBegin(
  text: string,
  position: number,
  bySecond: Map<string, WholeName[]> | undefined,
): Generator<WholeName> {
  if (bySecond === undefined) return;
  nextWord.lastIndex = position;
  const second = nextWord.exec(text)?.[1]?.toLowerCase();
  if (second !== undefined) yield* bySecond.get(second) ?? [];
  yield* bySecond.get("") ?? [];
}

/** Capitalised, or in a script that has no capitals. */
function isWrittenAsName(word: string): boolean {
  return /^\p{Lu}/u.test(word) || (/^\p{Lo}/u.test(word) && [...word].length > 2);
}

/** Shouted names stay shouted, whispered ones whispered. */
function inCaseOf(typed: string, label: string): string {
  if (typed.length > 1 && typed === typed.toUpperCase() && typed !== typed.toLowerCase())
    return label.toUpperCase();
  return typed === typed.toLowerCase() && typed !== typed.toUpperCase() ? label.toLowerCase() : label;
}

function unspacedReplacer(names: NameReplacement[]): (text: string) => string {
  // One character is a word of its own; it cannot be told from a name.
  const usable = names.filter(({ name }) => [...name].length > 1);
  if (usable.length === 0) return (text) => text;
  const labels = new Map(usable.map(({ name, label }) => [name, label]));
  const longestFirst = [...labels.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const pattern = new RegExp(longestFirst.map(escapePattern).join("|"), "gu");
  return (text) =>
    /[^\p{ASCII}]/u.test(text) ? text.replace(pattern, (name) => labels.get(name) ?? name) : text;
}

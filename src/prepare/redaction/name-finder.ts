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
    if (unspacedScript.test(replacement.name)) unspaced.push(replacement);
    else for (const name of spellingsOf(replacement)) addWholeName(wholeNames, name, replacement);
  }
  for (const bySecond of wholeNames.values())
    for (const names of bySecond.values()) names.sort((a, b) => b.length - a.length);
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

/** A name as it is, and without its middle: "Ana Maria Costa" is also "Ana Costa". */
function* spellingsOf({ name, first }: NameReplacement): Generator<string> {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  if (words.length > 1) yield name;
  // One word alone is a name only where a first name would be.
  else if (first !== undefined && first.name.length > 2 && isWrittenAsName(first.name)) yield name;
  if (words.length > 2) yield `${words[0]} ${words.at(-1)}`;
}

/** The lower-cased words at which a name of a script with spaces is looked for, in either of its spellings. */
export function firstWordsOf(name: string): string[] {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  const spellings = words.length > 2 ? [name, `${words[0]} ${words.at(-1)}`] : [name];
  return spellings.flatMap((spelling) => spelling.match(aWord)?.[0]?.toLowerCase() ?? []);
}

function addWholeName(wholeNames: WholeNames, name: string, { label }: NameReplacement): void {
  const [first, second] = [...name.matchAll(aWord)];
  if (first === undefined) return;
  const body = name.trim().split(/\s+/u).map(escapePattern).join("\\s{1,3}");
  const end = /[\p{L}\p{M}\p{N}]$/u.test(name) ? "(?![\\p{L}\\p{M}\\p{N}])" : "";
  const isSingle = !/\s/u.test(name.trim());
  const pattern = new RegExp(`${body}${end}`, isSingle ? "uy" : "iuy");
  const bySecond = wholeNames.get(first[0].toLowerCase()) ?? new Map<string, WholeName[]>();
  const key = second?.[0].toLowerCase() ?? "";
  bySecond.set(key, [
    ...(bySecond.get(key) ?? []),
    { pattern, lead: first.index, length: name.length, label },
  ]);
  wholeNames.set(first[0].toLowerCase(), bySecond);
}

const aWord = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

function escapePattern(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

type FirstNames = Map<string, string>;

/** Where two people share a first name, the one whose whole name comes first in the alphabet lends the label. */
function firstNamesByConversation(people: Map<string, NameReplacement>): (names: string[]) => FirstNames {
  const known = new WeakMap<string[], FirstNames>();
  return (names) => {
    let firstNames = known.get(names);
    if (firstNames === undefined) {
      firstNames = new Map();
      for (const name of names.toSorted()) {
        const first = people.get(name)?.first;
        const key = first?.name.toLowerCase();
        if (first !== undefined && key !== undefined && !firstNames.has(key))
          firstNames.set(key, first.label);
      }
      known.set(names, firstNames);
    }
    return firstNames;
  };
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
  const label = firstNames.get(key);
  if (label === undefined || !isWrittenAsName(word)) return undefined;
  return { start: index, end: index + word.length, words: inCaseOf(word, label) };
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

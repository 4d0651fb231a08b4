import { createHash } from "node:crypto";
import { isFamilyFirst, madeUpWords, type NameScript, namePool, scriptOf } from "./invented-names.ts";

interface InventionOptions {
  persona: string;
  tokensOf: (text: string) => number;
  seed: string;
}

/** Words to make a name of, with what they cost; none of them is part of a real name. */
interface Word {
  text: string;
  /** Tokens at the start of a label. */
  tokens: number;
  /** Tokens after a space. */
  tokensAfterSpace: number;
}

/**
 * An invented name for each of `names`, which come in their order of choice: same script and number of words where one
 * fits the budget, then whatever fits, then the shortest that is left.
 *
 * Each name tries the words in an order of its own, so that a person more or less seldom changes another one's name.
 */
export function inventLabels(names: string[], options: InventionOptions): Map<string, string> {
  const workshop = createWorkshop(names, options);
  return new Map(names.map((name) => [name, workshop.invent(name)]));
}

/** A number that follows from a text alone. */
export function rankOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

function createWorkshop(names: string[], { persona, tokensOf, seed }: InventionOptions) {
  const real = [...names, persona].map((name) => name.toLowerCase());
  const taken = new Set(real);
  const partsOfReal = new Set(real.flatMap((name) => [name, ...(name.match(/[\p{L}\p{M}]+/gu) ?? [])]));
  const wordsOf = memo((list: string[]) =>
    list
      .filter((word) => !partsOfReal.has(word.toLowerCase()))
      .map((text) => ({ text, tokens: tokensOf(text), tokensAfterSpace: tokensOf(` ${text}`) })),
  );
  const madeUp = memo((_: "all") => wordsOf(madeUpWords()));

  function invent(name: string): string {
    const budget = tokensOf(name);
    const start = rankOf(`${seed} ${name} invented`);
    const fits = (label: string) => !taken.has(label.toLowerCase()) && tokensOf(label) <= budget;
    const label = firstThat(fits, candidates(name, start, budget)) ?? shortest(name, start);
    taken.add(label.toLowerCase());
    return label;
  }

  function* candidates(name: string, start: number, budget: number): Generator<string> {
    const isSingle = !/\s/u.test(name.trim());
    const scripts = [...new Set<NameScript>([scriptOf(name), "Latin"])];
    for (const script of scripts) {
      const { first, last } = namePool(script);
      if (isFamilyFirst(script)) yield* joined(wordsOf(last), wordsOf(first), "", start, budget);
      else if (!isSingle) yield* joined(wordsOf(first), wordsOf(last), " ", start, budget);
      if (isSingle) yield* singles(wordsOf(first), start, budget);
    }
    if (!isSingle)
      yield* joined(madeUp("all").slice(0, 500), wordsOf(namePool("Latin").last), " ", start, budget);
    for (const script of scripts) yield* singles(wordsOf(namePool(script).first), start, budget);
    yield* singles(madeUp("all"), start, budget);
  }

  const byCost = memo((script: NameScript) => {
    const words = [...wordsOf(namePool(script).first), ...wordsOf(namePool("Latin").first), ...madeUp("all")];
    const costs = [...new Set(words.map(({ tokens }) => tokens))].sort((a, b) => a - b);
    return costs.map((cost) => words.filter(({ tokens }) => tokens === cost));
  });

  /** No name is as short: the shortest of all that nobody has. */
  function shortest(name: string, start: number): string {
    const isFree = (label: string) => !taken.has(label.toLowerCase());
    for (const words of byCost(scriptOf(name))) {
      const label = firstThat(isFree, textsOf(inOwnOrder(words, start)));
      if (label !== undefined) return label;
    }
    let number = 2;
    while (!isFree(`Milo ${number}`)) number++;
    return `Milo ${number}`;
  }

  return { invent };
}

function* joined(
  first: Word[],
  second: Word[],
  between: string,
  start: number,
  budget: number,
): Generator<string> {
  const cheapest = Math.min(...second.map((word) => costAfter(word, between)));
  for (const one of inOwnOrder(first, start)) {
    if (one.tokens + cheapest > budget) continue;
    for (const two of inOwnOrder(second, start + one.text.length)) {
      if (one.tokens + costAfter(two, between) <= budget) yield `${one.text}${between}${two.text}`;
    }
  }
}

function costAfter(word: Word, between: string): number {
  return between === "" ? word.tokens : word.tokensAfterSpace;
}

function* singles(words: Word[], start: number, budget: number): Generator<string> {
  for (const { text, tokens } of inOwnOrder(words, start)) if (tokens <= budget) yield text;
}

/** The words from a place that the name decides, round to it again, in steps that differ from name to name. */
function* inOwnOrder(words: Word[], start: number): Generator<Word> {
  const { length } = words;
  let step = 1 + ((start >>> 8) % Math.max(1, length));
  while (greatestCommonDivisor(step, length) > 1) step++;
  for (let index = 0; index < length; index++) yield words[(start + index * step) % length] as Word;
}

function* textsOf(words: Iterable<Word>): Generator<string> {
  for (const { text } of words) yield text;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function firstThat(fits: (label: string) => boolean, labels: Iterable<string>): string | undefined {
  for (const label of labels) if (fits(label)) return label;
  return undefined;
}

function memo<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

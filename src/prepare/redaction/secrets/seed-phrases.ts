import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Finding } from "../findings.ts";

/** The words of which wallets make their phrases (BIP-39). */
const seedWords = new Set(wordlist);
const fewestWords = 12;
const longestWord = 8;
const shortestWord = 3;
/** Twelve of the shortest words and what parts them: one look in every such stretch meets each phrase. */
const stride = fewestWords * (shortestWord + 1) - longestWord;

/** Whether one of the words that lie a stride apart could be of a phrase; a look at every fortieth character. */
export function mayHoldSeedPhrase(text: string): boolean {
  for (let at = stride; at < text.length; at += stride) {
    const from = firstLetterAround(text, at);
    if (from !== undefined && seedWords.has(wordAt(text, from)) && hasNeighbour(text, from)) return true;
  }
  return false;
}

/** Where the word at a position, or right after it, begins. */
function firstLetterAround(text: string, at: number): number | undefined {
  let from = at;
  while (from > at - longestWord && isLetter(text, from - 1)) from--;
  while (from < at + longestWord && !isLetter(text, from)) from++;
  return isLetter(text, from) ? from : undefined;
}

function hasNeighbour(text: string, from: number): boolean {
  const next = firstLetterAfter(text, from);
  return next !== undefined && seedWords.has(wordAt(text, next));
}

function firstLetterAfter(text: string, from: number): number | undefined {
  let at = from;
  while (isLetter(text, at)) at++;
  const limit = at + 6;
  while (at < limit && !isLetter(text, at)) at++;
  return isLetter(text, at) ? at : undefined;
}

function wordAt(text: string, from: number): string {
  let to = from;
  while (to - from <= longestWord && isLetter(text, to)) to++;
  return text.slice(from, to).toLowerCase();
}

function isLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at) | 0x20;
  return unit >= 0x61 && unit <= 0x7a;
}

const word = /[a-z]+/gi;
/** Spaces, lines, commas, and the numbers of a list. */
const between = /^[\s,;.:|/()"'*–-]*(?:\d{1,2}[.):]?)?[\s,;.:|/()"'*–-]*$/;

/** Of the list, those of every sentence: a phrase drawn by chance holds few. */
const everydayWords = new Set(
  `about again all also any because been before but can could day do even first for from get give good have hello help
   her how just keep know like little live long look make many more most much must need never nice now only people
   play ready real right say see should some still stuff such sure talk tell than that them then there they thing
   think this time try use very walk want way what when where will wish with word work year you young your`.split(
    /\s+/,
  ),
);

/** Twelve words and more of the list in a row, however they are announced, parted or numbered. */
export function* findSeedPhrases(text: string): Generator<Finding> {
  let run: Run = { start: 0, end: 0, words: [] };
  for (const { 0: found, index } of text.matchAll(word)) {
    const lower = found.toLowerCase();
    const isSeed = found.length <= longestWord && seedWords.has(lower);
    const goesOn = isSeed && index - run.end < 12 && between.test(text.slice(run.end, index));
    if (!goesOn) {
      if (isPhrase(run)) yield toFinding(run);
      run = { start: index, end: index, words: [] };
    }
    if (!isSeed) continue;
    run.end = index + found.length;
    run.words.push(lower);
  }
  if (isPhrase(run)) yield toFinding(run);
}

interface Run {
  start: number;
  end: number;
  words: string[];
}

/** No sentence of small words, and no word over and over. */
function isPhrase({ words }: Run): boolean {
  if (words.length < fewestWords) return false;
  const everyday = words.filter((word) => everydayWords.has(word)).length;
  return new Set(words).size * 4 >= words.length * 3 && everyday * 3 <= words.length;
}

function toFinding({ start, end }: Run): Finding {
  return { kind: "code", start, end };
}

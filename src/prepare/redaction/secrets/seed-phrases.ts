import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Finding } from "../findings.ts";

/** The words of which wallets make their phrases (BIP-39). */
const seedWords = new Set(wordlist);
const minWords = 12;
const maxWordLength = 8;
const shortestWord = 3;
/** Between two words: "\n12. ". */
const maxGap = 12;
/** Twelve of the shortest words and what parts them: one look in every such stretch meets each phrase. */
const stride = minWords * (shortestWord + 1) - maxWordLength;

/** Whether a word that lies at every fortieth character stands among twelve that seem to be of the list. */
export function mayHoldSeedPhrase(text: string): boolean {
  for (let at = stride; at < text.length; at += stride) {
    const from = firstLetterAround(text, at);
    if (!seemsSeed(text, from)) continue;
    if (1 + wordsInRow(text, from, nextWord) + wordsInRow(text, from, lastWord) >= minWords) return true;
  }
  return false;
}

/** How many words follow in one direction; no more than a phrase needs. */
function wordsInRow(text: string, from: number, toWord: (text: string, from: number) => number): number {
  let words = 0;
  for (let at = toWord(text, from); words < minWords && seemsSeed(text, at); at = toWord(text, at)) words++;
  return words;
}

/** Where the word at a position, or right after it, begins, or where none does. */
function firstLetterAround(text: string, at: number): number {
  let from = at;
  while (from > at - maxWordLength && isLetter(text, from - 1)) from--;
  while (from < at + maxWordLength && !isLetter(text, from)) from++;
  return from;
}

/** Where the word after the one at a position begins, or where none does. */
function nextWord(text: string, from: number): number {
  let at = from;
  while (isLetter(text, at)) at++;
  const limit = at + maxGap;
  while (at < limit && !isLetter(text, at)) at++;
  return at;
}

/** Where the word before the one at a position begins, or where none does. */
function lastWord(text: string, from: number): number {
  let at = from - 1;
  while (at > from - maxGap && !isLetter(text, at)) at--;
  const limit = at - maxWordLength;
  while (at > limit && isLetter(text, at - 1)) at--;
  return at;
}

/** Four letters tell the words of the list apart, so a look at no more tells nearly all others from them. */
function seemsSeed(text: string, from: number): boolean {
  if (!isLetter(text, from)) return false;
  const beginning = beginningOf(text, from);
  return ((seedBeginnings[beginning >> 3] as number) & (1 << (beginning & 7))) !== 0;
}

function beginningOf(text: string, from: number): number {
  let code = 0;
  for (let at = from; at < from + 4; at++)
    code = (code << 5) | (isLetter(text, at) ? text.charCodeAt(at) & 31 : 0);
  return code;
}

function isLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at) | 0x20;
  return unit >= 0x61 && unit <= 0x7a;
}

/** A bit for each four letters, set where a word of the list begins with them. */
const seedBeginnings = new Uint8Array(1 << 17);
for (const word of wordlist) {
  const beginning = beginningOf(word, 0);
  seedBeginnings[beginning >> 3] = (seedBeginnings[beginning >> 3] as number) | (1 << (beginning & 7));
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
    const isSeed = found.length <= maxWordLength && seedWords.has(lower);
    const goesOn = isSeed && index - run.end < maxGap && between.test(text.slice(run.end, index));
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
  if (words.length < minWords) return false;
  const everyday = words.filter((word) => everydayWords.has(word)).length;
  return new Set(words).size * 4 >= words.length * 3 && everyday * 3 <= words.length;
}

function toFinding({ start, end }: Run): Finding {
  return { kind: "code", start, end };
}

import { PieceMemo } from "./piece-memo.ts";

/** By word: times the persona wrote it, times others did, and in which thread each of them did. */
export type WordCounts = Record<string, WordCount>;
type WordCount = [persona: number, others: number, personaThread: number, othersThread: number];

/** In place of a thread's number: nobody yet, or people in several threads. */
const noThread = 0;
export const severalThreads = -1;

/**
 * Words kept for one thread, and how many there may be before the rarest are dropped down to it.
 *
 * As in lossy counting (Manku & Motwani 2002), a word that comes and goes may be counted too low, never too high.
 * Words that are typical of a person are frequent and stay.
 */
const keptWords = 5_000;
const maxWords = 10_000;

/** Counts the words of one text and returns how many they were. `thread` is a number above 0. */
export function countWords(words: WordCounts, text: string, side: 0 | 1, thread: number): number {
  const pieces = piecesOf(words);
  let counted = 0;
  for (let start = 0; start < text.length; ) {
    const end = pieces.read(text, start);
    if (end > start) {
      const counts = pieces.found() ?? findCounts(words, text.slice(start, end), pieces);
      for (let index = 0; index < counts.length; index++) countUp(counts[index] as WordCount, side, thread);
      counted += counts.length;
    }
    start = end + 1;
  }
  return counted;
}

function countUp(count: WordCount, side: 0 | 1, thread: number): void {
  count[side]++;
  const known = count[side + 2] as number;
  if (known !== thread) count[side + 2] = joinThreads(known, thread);
}

/** The counts of the words in what stands between two spaces. */
type Pieces = PieceMemo<WordCount[]>;

const maxPieceLength = 60;
/** People repeat themselves: one look at a piece instead of one a word, for the table that is being counted into. */
const memo: Pieces = new PieceMemo(maxPieceLength);
let latest: { words: WordCounts; size: number } | undefined;

function piecesOf(words: WordCounts): Pieces {
  if (latest?.words !== words) {
    latest = { words, size: Object.keys(words).length };
    memo.clear();
  }
  return memo;
}

function findCounts(words: WordCounts, piece: string, pieces: Pieces): WordCount[] {
  const counts = readWords(piece).map((word) => {
    // What objects inherit, such as `constructor`, is no array.
    const known = words[word];
    return Array.isArray(known) ? known : addWord(words, word);
  });
  pieces.remember(counts);
  return counts;
}

function addWord(words: WordCounts, word: string): WordCount {
  const fresh: WordCount = [0, 0, noThread, noThread];
  if (latest?.words === words) latest.size++;
  words[word] = fresh;
  return fresh;
}

/** Which thread two counts come from: commutative, associative, and exact in telling one thread from several. */
export function joinThreads(one: number, other: number): number {
  if (one === other || other === noThread) return one;
  return one === noThread ? other : severalThreads;
}

/** Words of a thread that go into its facts when it is read to its end: what is typical of somebody is among them. */
const finallyKeptWords = 1_000;

/** The words without the rarest when there are too many. Called between conversations, never while merging. */
export function pruneWords(words: WordCounts): WordCounts {
  const size = latest?.words === words ? latest.size : Object.keys(words).length;
  return size > maxWords ? keepFrequent(words, keptWords) : words;
}

/** The words of a thread that is read to its end, without the rarest: writing, reading and merging them would cost more than counting. */
export function finishWords(words: WordCounts): WordCounts {
  return keepFrequent(words, finallyKeptWords);
}

/** Leaves out words that were counted once, then twice, and so on, until no more than `max` are left. */
function keepFrequent(words: WordCounts, max: number): WordCounts {
  const all = Object.keys(words);
  if (all.length <= max) return words;
  const totals = Uint32Array.from(all, (word) => totalOf(words[word] as WordCount)).sort();
  const rare = totals[all.length - max - 1] as number;
  const kept: WordCounts = {};
  for (const word of all) {
    const counts = words[word] as WordCount;
    if (totalOf(counts) > rare) kept[word] = counts;
  }
  return kept;
}

function totalOf([persona, others]: WordCount): number {
  return persona + others;
}

/** Adds the counts of other messages; see `mergeFacts`. */
export function mergeWords(into: WordCounts, from: WordCounts): void {
  if (latest?.words === into) latest = undefined;
  for (const word of Object.keys(from)) {
    const count = from[word] as WordCount;
    const known = into[word];
    // What objects inherit, such as `constructor`, is no array.
    if (Array.isArray(known)) addCount(known, count);
    else into[word] = [count[0], count[1], count[2], count[3]];
  }
}

function addCount(into: WordCount, from: WordCount): void {
  into[0] += from[0];
  into[1] += from[1];
  into[2] = joinThreads(into[2], from[2]);
  into[3] = joinThreads(into[3], from[3]);
}

const letters = /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*/gu;
/** Placeholders, addresses, links, numbers and codes are no words. */
const isNoText = /[[\]@\p{N}_/\\]/u;
const maxWordLength = 24;

/** Threads say the same things: their words are found once for all of them. */
const wordsOfPiece = new Map<string, string[]>();
const maxPiecesOfAll = 50_000;

/** The words of a piece, lower-cased; inner line breaks separate them too. */
function readWords(piece: string): string[] {
  if (piece.includes("\n")) return piece.split(/\s+/u).flatMap(readWords);
  if (piece.length > maxPieceLength) return [];
  const latin = latinWords(piece);
  if (latin !== undefined) return latin;
  const known = wordsOfPiece.get(piece);
  if (known !== undefined) return known;
  if (wordsOfPiece.size >= maxPiecesOfAll) wordsOfPiece.clear();
  const found = isNoText.test(piece) ? [] : (piece.toLowerCase().match(letters) ?? []);
  const words = found.map((word) => word.replaceAll("’", "'")).filter((word) => word.length <= maxWordLength);
  wordsOfPiece.set(piece, words);
  return words;
}

/** What each character below 256 is to a word; `other` sends a piece to the regular expressions. */
const Latin = { other: 0, letter: 1, apostrophe: 2, separator: 3 } as const;
const latinKinds = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (isNoText.test(character)) return Latin.other;
  if (/\p{L}/u.test(character)) return Latin.letter;
  return character === "'" ? Latin.apostrophe : Latin.separator;
});

/** The same words without regular expressions, where all characters are Latin; undefined where they are not. */
function latinWords(piece: string): string[] | undefined {
  const { length } = piece;
  for (let at = 0; at < length; at++) if (!latinKinds[piece.charCodeAt(at)]) return undefined;
  const lower = piece.toLowerCase();
  const isLetterAt = (at: number) => at < length && latinKinds[piece.charCodeAt(at)] === Latin.letter;
  const words: string[] = [];
  for (let at = 0; at < length; at++) {
    if (!isLetterAt(at)) continue;
    const start = at;
    while (isLetterAt(at) || (latinKinds[piece.charCodeAt(at)] === Latin.apostrophe && isLetterAt(at + 1)))
      at++;
    if (at - start <= maxWordLength) words.push(lower.slice(start, at));
  }
  return words;
}

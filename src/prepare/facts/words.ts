/** By word: times the persona wrote it, times others did, and in which thread each of them did. */
export type WordCounts = Record<string, WordCount>;
export type WordCount = [persona: number, others: number, personaThread: number, othersThread: number];

/** In place of a thread's number: nobody yet, or people in several threads. */
export const noThread = 0;
export const severalThreads = -1;

/**
 * Words kept for one thread, and how many there may be before the rarest are dropped down to it.
 *
 * As in lossy counting (Manku & Motwani 2002), a word that comes and goes may be counted too low, never too high.
 * Words that are typical of a person are frequent and stay.
 */
const keptWords = 5_000;
const mostWords = 10_000;

/** Counts the words of one text and returns how many they were. `thread` is a number above 0. */
export function countWords(words: WordCounts, text: string, side: 0 | 1, thread: number): number {
  const found = piecesOf(words);
  let counted = 0;
  for (const piece of text.split(" ")) {
    const counts = found.get(piece) ?? findCounts(words, piece);
    for (const count of counts) {
      count[side]++;
      if (count[side + 2] !== thread) count[side + 2] = joinThreads(count[side + 2] as number, thread);
    }
    counted += counts.length;
  }
  return counted;
}

/** What stands between two spaces, and the counts of the words in it. */
type Pieces = Map<string, WordCount[]>;

/** A slot costs some 150 bytes. */
const mostPieces = 20_000;
/** People repeat themselves: one look at a piece instead of one a word, for the table that is being counted into. */
let latest: { words: WordCounts; pieces: Pieces; size: number } | undefined;

function piecesOf(words: WordCounts): Pieces {
  if (latest?.words !== words) latest = { words, pieces: new Map(), size: Object.keys(words).length };
  if (latest.pieces.size > mostPieces) latest.pieces.clear();
  return latest.pieces;
}

function findCounts(words: WordCounts, piece: string): WordCount[] {
  const counts = readWords(piece).map((word) => {
    // What objects inherit, such as `constructor`, is no array.
    const known = words[word];
    return Array.isArray(known) ? known : addWord(words, word);
  });
  if (piece.length <= longestPiece) piecesOf(words).set(piece, counts);
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
const finallyKeptWords = 2_000;

/** Drops the rarest words when there are too many. Called between conversations, never while merging. */
export function pruneWords(words: WordCounts): void {
  const size = latest?.words === words ? latest.size : Object.keys(words).length;
  if (size > mostWords) keepFrequent(words, keptWords);
}

/** Drops the rarest words of a thread that is read to its end: writing, reading and merging them would cost more than counting. */
export function finishWords(words: WordCounts): void {
  if (Object.keys(words).length > finallyKeptWords) keepFrequent(words, finallyKeptWords);
}

function keepFrequent(words: WordCounts, kept: number): void {
  const byCount = Object.entries(words).sort(
    ([a, x], [b, y]) => y[0] + y[1] - x[0] - x[1] || (a < b ? -1 : 1),
  );
  for (const [word] of byCount.slice(kept)) delete words[word];
  latest = undefined;
}

/** Adds the counts of other messages; see `mergeFacts`. */
export function mergeWords(into: WordCounts, from: WordCounts): void {
  if (latest?.words === into) latest = undefined;
  for (const [word, [persona, others, personaThread, othersThread]] of Object.entries(from)) {
    const known = Object.hasOwn(into, word) ? into[word] : undefined;
    into[word] =
      known === undefined
        ? [persona, others, personaThread, othersThread]
        : [
            known[0] + persona,
            known[1] + others,
            joinThreads(known[2], personaThread),
            joinThreads(known[3], othersThread),
          ];
  }
}

const letters = /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*/gu;
/** Placeholders, addresses, links, numbers and codes are no words. */
const isNoText = /[[\]@\p{N}_/\\]/u;
const longestPiece = 60;
const longestWord = 24;

/** Threads say the same things: their words are found once for all of them. */
const wordsOfPiece = new Map<string, string[]>();
const mostPiecesOfAll = 50_000;

/** The words of a piece, lower-cased; inner line breaks separate them too. */
function readWords(piece: string): string[] {
  if (piece.includes("\n")) return piece.split(/\s+/u).flatMap(readWords);
  if (piece.length > longestPiece) return [];
  const known = wordsOfPiece.get(piece);
  if (known !== undefined) return known;
  if (wordsOfPiece.size >= mostPiecesOfAll) wordsOfPiece.clear();
  const found = isNoText.test(piece) ? [] : (piece.toLowerCase().match(letters) ?? []);
  const words = found.map((word) => word.replaceAll("’", "'")).filter((word) => word.length <= longestWord);
  wordsOfPiece.set(piece, words);
  return words;
}

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

/** Counts the words of one text and returns how many they were. */
export function countWords(words: WordCounts, text: string, side: 0 | 1, thread: number): number {
  let counted = 0;
  for (const piece of text.split(" ")) {
    for (const word of wordsOf(piece)) {
      // Half the time of asking for an own key first; what objects inherit, such as `constructor`, is no array.
      const found = words[word];
      const known = Array.isArray(found) ? found : addWord(words, word);
      known[side]++;
      known[side + 2] = joinThreads(known[side + 2] as number, thread);
      counted++;
    }
  }
  return counted;
}

function addWord(words: WordCounts, word: string): WordCount {
  const fresh: WordCount = [0, 0, noThread, noThread];
  sizes.set(words, sizeOf(words) + 1);
  words[word] = fresh;
  return fresh;
}

/** Which thread two counts come from: commutative, associative, and exact in telling one thread from several. */
export function joinThreads(one: number, other: number): number {
  if (one === other || other === noThread) return one;
  return one === noThread ? other : severalThreads;
}

/** Drops the rarest words when there are too many. Called between conversations, never while merging. */
export function pruneWords(words: WordCounts): void {
  if (sizeOf(words) <= mostWords) return;
  const byCount = Object.entries(words).sort(
    ([a, x], [b, y]) => y[0] + y[1] - x[0] - x[1] || (a < b ? -1 : 1),
  );
  for (const [word] of byCount.slice(keptWords)) delete words[word];
  sizes.set(words, keptWords);
}

/** Adds the counts of other messages; see `mergeFacts`. */
export function mergeWords(into: WordCounts, from: WordCounts): void {
  sizes.delete(into);
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

/** How many words there are; to count the keys after each conversation would take longer than to count the words. */
const sizes = new WeakMap<WordCounts, number>();

function sizeOf(words: WordCounts): number {
  const size = sizes.get(words) ?? Object.keys(words).length;
  sizes.set(words, size);
  return size;
}

const letters = /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*/gu;
/** Placeholders, addresses, links, numbers and codes are no words. */
const isNoText = /[[\]@\p{N}_/\\]/u;
const longestPiece = 60;
const longestWord = 24;

/** People repeat themselves: most pieces have been seen. A slot costs some 150 bytes. */
const memoSlots = 20_000;
let memo = new Map<string, string[]>();

/** The words of what stands between two spaces, lower-cased; inner line breaks separate them too. */
function wordsOf(piece: string): string[] {
  const known = memo.get(piece);
  if (known !== undefined) return known;
  if (memo.size >= memoSlots) memo = new Map();
  const found = piece.length > longestPiece && !piece.includes("\n") ? [] : readWords(piece);
  if (piece.length <= longestPiece) memo.set(piece, found);
  return found;
}

function readWords(piece: string): string[] {
  if (piece.includes("\n")) return piece.split(/\s+/u).flatMap(readWords);
  if (piece.length > longestPiece || isNoText.test(piece)) return [];
  const found = piece.toLowerCase().match(letters) ?? [];
  return found.map((word) => word.replaceAll("’", "'")).filter((word) => word.length <= longestWord);
}

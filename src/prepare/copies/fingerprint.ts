import type { NumberList } from "./number-list.ts";
import type { WordHashes } from "./word-hashes.ts";

/** Runs of so many words are what a long text is compared by; shorter texts repeat by nature and have none. */
export const wordsARun = 8;

/** Numbers in the sketch of one text. */
export const sketchSize = 16;

/** Hashes of every run of eight words, appended to `into`: 53 bits each, as whole numbers. */
export function appendRuns(words: WordHashes, into: NumberList): void {
  for (let start = 0; start + wordsARun <= words.count; start++)
    into.push(hashOfWords(words, start, start + wordsARun));
}

/** One hash of a whole text. */
export function hashOfText(words: WordHashes): number {
  return hashOfWords(words, 0, words.count);
}

function hashOfWords({ first, second }: WordHashes, start: number, end: number): number {
  let high = end - start;
  let low = 0;
  for (let at = start; at < end; at++) {
    high = Math.imul(high ^ (first[at] as number), 0x85ebca6b) + (high >>> 15);
    low = Math.imul(low + (second[at] as number), 0xc2b2ae35) ^ (low >>> 13);
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}

/**
 * A sketch of a text's pairs of words, appended to `into`: of two sketches, the share of equal numbers estimates the share
 * of pairs that the texts have in common (MinHash, Broder 1997).
 */
export function appendSketch({ first, count }: WordHashes, into: NumberList): void {
  const smallest = scratch.fill(0xffffffff);
  for (let at = 0; at + 2 <= count; at++) {
    let pair = Math.imul(first[at] as number, 0x85ebca6b) ^ Math.imul(first[at + 1] as number, 0xc2b2ae35);
    pair = Math.imul(pair ^ (pair >>> 15), 0x27d4eb2f);
    pair ^= pair >>> 13;
    for (let index = 0; index < sketchSize; index++) {
      const value = Math.imul(pair ^ (offsets[index] as number), multipliers[index] as number) >>> 0;
      if (value < (smallest[index] as number)) smallest[index] = value;
    }
  }
  for (const value of smallest) into.push(value);
}

const scratch = new Uint32Array(sketchSize);
const multipliers = Uint32Array.from(
  { length: sketchSize },
  (_, index) => Math.imul(2 * index + 1, 0x9e3779b1) | 1,
);
const offsets = Uint32Array.from({ length: sketchSize }, (_, index) => Math.imul(index + 1, 0x7feb352d));

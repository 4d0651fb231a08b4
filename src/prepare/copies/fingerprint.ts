import type { NumberList } from "./number-list.ts";
import type { WordHashes } from "./word-hashes.ts";

/** A text of fewer words repeats by nature and is not compared. */
export const minWords = 8;
/** A fingerprint is made of runs of so many words; two of them side by side are a run of eight. */
export const wordsARun = 4;

/** Hashes of every run of four words, 53 bits each, appended to `into`. */
export function appendRuns({ hashes, count }: WordHashes, into: NumberList): void {
  for (let at = 0; at + wordsARun <= count; at++) {
    const [one = 0, two = 0] = [hashes[at], hashes[at + 1]];
    const [three = 0, four = 0] = [hashes[at + 2], hashes[at + 3]];
    let high = Math.imul(one ^ 0x5bd1e995, 0x85ebca6b) + two;
    high = Math.imul(high ^ (high >>> 15), 0xc2b2ae35) + three;
    high = Math.imul(high ^ (high >>> 13), 0x27d4eb2f) + four;
    let low = Math.imul(four ^ 0x1b873593, 0x9e3779b1) + three;
    low = Math.imul(low ^ (low >>> 14), 0x2c1b3c6d) + two;
    low = Math.imul(low ^ (low >>> 12), 0x297a2d39) + one;
    into.push(hashOf53Bits(high, low));
  }
}

/** One hash of a whole text. */
export function hashOfText({ hashes, count }: WordHashes): number {
  let [high, low] = [count, 0];
  for (let at = 0; at < count; at++) {
    high = Math.imul(high ^ (hashes[at] as number), 0x85ebca6b) + (high >>> 15);
    low = Math.imul(low + (hashes[at] as number), 0xc2b2ae35) ^ (low >>> 13);
  }
  return hashOf53Bits(high, low);
}

/** The hash of eight words, from those of the first four and the last four. */
export function hashOfEight(first: number, last: number): number {
  const [firstHigh, lastHigh] = [first / 2 ** 21, last / 2 ** 21];
  const high = Math.imul((firstHigh >>> 0) ^ 0x2545f491, 0x85ebca6b) + lastHigh;
  const low = Math.imul((first >>> 0) ^ Math.imul(last >>> 0, 0x9e3779b1), 0xc2b2ae35);
  return hashOf53Bits(high ^ (high >>> 16), low ^ (low >>> 15));
}

function hashOf53Bits(high: number, low: number): number {
  return ((high ^ (high >>> 16)) >>> 0) * 2 ** 21 + ((low ^ (low >>> 15)) >>> 11);
}

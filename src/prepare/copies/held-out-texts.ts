import { hashOfEight, wordsARun } from "./fingerprint.ts";
import { HashCounts } from "./hash-counts.ts";

/**
 * A text is a near copy when it has so many of its runs of four words in common with one text that is held out. One word
 * changed in every seven leaves two fifths of them.
 */
const nearShare = 0.35;
const minInCommon = 3;

/** The text of a run that several texts have: it says nothing about where a text comes from. */
const several = 0;

/** Half a megabyte of bits, which stays in the processor's cache. */
const lastBit = (1 << 22) - 1;

/** The long texts that are held out: what training may not contain, eight words together or most of a text. */
export class HeldOutTexts {
  /** By run of four words: the number of the text that has it. */
  readonly #fours = new HashCounts(Number.POSITIVE_INFINITY);
  readonly #eights = new HashCounts(Number.POSITIVE_INFINITY);
  /** A bit for each run of `fours`: one small look-up answers for most runs of training, which are not held out. */
  readonly #marks = new Uint32Array((lastBit + 1) / 32);
  #texts = 0;

  /** `runs` are the hashes of all runs of four words of one text. */
  add(runs: ArrayLike<number>): void {
    // A copy of a text adds nothing that tells texts apart, or its runs would all seem to be everybody's.
    const isCopy = this.#isNearCopy(runs);
    if (!isCopy) this.#texts++;
    for (let at = 0; at < runs.length; at++) {
      this.#addFour(runs[at] as number, isCopy);
      if (at + wordsARun < runs.length)
        this.#eights.set(hashOfEight(runs[at] as number, runs[at + wordsARun] as number), 1);
    }
  }

  #addFour(run: number, isCopy: boolean): void {
    const bit = (run >>> 0) & lastBit;
    (this.#marks[bit >>> 5] as number) |= 1 << (bit & 31);
    const known = this.#fours.get(run);
    if (known === undefined) this.#fours.set(run, isCopy ? several : this.#texts);
    else if (!isCopy && known !== this.#texts) this.#fours.set(run, several);
  }

  /**
   * Whether the text whose runs lie from `start` to `end` has eight words in a row in common with what is held out, or
   * most of one text.
   */
  repeats(runs: ArrayLike<number>, start = 0, end = runs.length): boolean {
    const enough = Math.max(minInCommon, nearShare * (end - start));
    let common: Map<number, number> | undefined;
    for (let at = start; at < end; at++) {
      const run = runs[at] as number;
      const text = this.#mayHave(run) ? this.#fours.get(run) : undefined;
      if (text === undefined) continue;
      const hasEight =
        at + wordsARun < end && this.#eights.has(hashOfEight(run, runs[at + wordsARun] as number));
      if (hasEight) return true;
      if (text === several) continue;
      common ??= new Map();
      const count = (common.get(text) ?? 0) + 1;
      if (count >= enough) return true;
      common.set(text, count);
    }
    return false;
  }

  #isNearCopy(runs: ArrayLike<number>): boolean {
    const enough = Math.max(minInCommon, nearShare * runs.length);
    const common = new Map<number, number>();
    for (let at = 0; at < runs.length; at++) {
      const text = this.#fours.get(runs[at] as number) ?? several;
      if (text === several) continue;
      const count = (common.get(text) ?? 0) + 1;
      if (count >= enough) return true;
      common.set(text, count);
    }
    return false;
  }

  #mayHave(run: number): boolean {
    const bit = (run >>> 0) & lastBit;
    return ((this.#marks[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
  }
}

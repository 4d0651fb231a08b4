import { hashOfEight, wordsARun } from "./fingerprint.ts";
import { HashCounts } from "./hash-counts.ts";

/**
 * A text is a near copy when it has so many of its runs of four words in common with one text that is held out. One word
 * changed in every seven leaves two fifths of them.
 */
const nearShare = 0.35;
const fewestInCommon = 3;

/** The text of a run that several texts have: it says nothing about where a text comes from. */
const several = 0;

/** The long texts that are held out: what training may not contain, eight words together or most of a text. */
export class HeldOutTexts {
  /** By run of four words: the number of the text that has it. */
  readonly #fours = new HashCounts(Number.POSITIVE_INFINITY);
  readonly #eights = new HashCounts(Number.POSITIVE_INFINITY);
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
    const known = this.#fours.get(run);
    if (known === undefined) this.#fours.set(run, isCopy ? several : this.#texts);
    else if (!isCopy && known !== this.#texts) this.#fours.set(run, several);
  }

  /** Whether a text has eight words in a row in common with what is held out, or most of one text. */
  repeats(runs: ArrayLike<number>): boolean {
    return this.#hasEight(runs) || this.#isNearCopy(runs);
  }

  #hasEight(runs: ArrayLike<number>): boolean {
    for (let at = 0; at + wordsARun < runs.length; at++) {
      if (!this.#fours.has(runs[at] as number)) continue;
      if (this.#eights.has(hashOfEight(runs[at] as number, runs[at + wordsARun] as number))) return true;
    }
    return false;
  }

  #isNearCopy(runs: ArrayLike<number>): boolean {
    const enough = Math.max(fewestInCommon, nearShare * runs.length);
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
}

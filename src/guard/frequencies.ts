import type { WordReader } from "./word-reader.ts";

/**
 * How often each word stands in a data set. It takes the same memory for all data sets, and counts too much now and then,
 * which makes a word seem less rare, but never too little.
 */
export class Frequencies {
  readonly #byFirst = new Uint32Array(rows);
  readonly #bySecond = new Uint32Array(rows);
  #total = 0;

  add({ words, count }: WordReader): void {
    this.#total += count;
    for (let at = 0; at < words.length; at += 2) {
      (this.#byFirst[(words[at] as number) & mask] as number)++;
      (this.#bySecond[(words[at + 1] as number) & mask] as number)++;
    }
  }

  /** What each word says: 1 bit when every second word is it, 10 when one in 1,024 is; nothing of single letters. */
  bitsOf({ words, letters }: WordReader): number[] {
    return letters.map((count, word) => {
      // A character of a script without spaces is only a part of a word.
      if (count === 1) return 0;
      const first = this.#byFirst[(words[2 * word] as number) & mask] as number;
      const second = this.#bySecond[(words[2 * word + 1] as number) & mask] as number;
      return Math.log2(this.#total / Math.max(1, Math.min(first, second)));
    });
  }
}

const rows = 1 << 21;
const mask = rows - 1;

import { foldLetters } from "./fold-letters.ts";

/** What stands for a text: two hashes of 32 bits, because one alone is the same by chance too often. */
export interface Hash {
  first: number;
  second: number;
}

/**
 * Reads a text, in pieces of any size, as hashes of its words. Letters that are repeated count once.
 *
 * The last word may go on in the next piece; what it is so far stands in `words` already.
 */
export class WordReader {
  /** Two hashes a word. */
  readonly words: number[];
  /** How many letters each word has. */
  readonly letters: number[];
  #first = firstSeed;
  #second = secondSeed;
  /** The last letter; none between words. */
  #letter = none;

  private constructor(words: number[], letters: number[]) {
    this.words = words;
    this.letters = letters;
  }

  /** Has read the bubbles of a turn, over which words go on: a copy may be cut elsewhere. */
  static after(bubbles: string[]): WordReader {
    const reader = new WordReader([], []);
    for (const bubble of bubbles) {
      reader.read(bubble);
      reader.endWord();
    }
    return reader;
  }

  get count(): number {
    return this.letters.length;
  }

  /** True while more letters would belong to the last word. */
  get isInWord(): boolean {
    return this.#letter !== none;
  }

  /** One that goes on from here by itself, and remembers so many words. */
  fork(remembered: number): WordReader {
    const copy = new WordReader(this.words.slice(-2 * remembered), this.letters.slice(-remembered));
    copy.#first = this.#first;
    copy.#second = this.#second;
    copy.#letter = this.#letter;
    return copy;
  }

  read(text: string): void {
    const letters = foldLetters(text);
    for (let at = 0; at < letters.length; at++) {
      const letter = letters.charCodeAt(at);
      if (letter === space) this.endWord();
      else if (letter !== this.#letter) this.#append(letter);
    }
  }

  endWord(): void {
    this.#letter = none;
    this.#first = firstSeed;
    this.#second = secondSeed;
  }

  #append(letter: number): void {
    const word = this.isInWord ? this.count - 1 : this.count;
    this.#letter = letter;
    this.words[2 * word] = this.#first = mixed(this.#first, letter);
    this.words[2 * word + 1] = this.#second = mixed(this.#second, letter);
    this.letters[word] = (this.letters[word] ?? 0) + 1;
  }
}

/** The hash of so many words in a row, the last of which is number `last`; undefined where there are not so many. */
export function hashOfRun(words: number[], last: number, length: number): Hash | undefined {
  const start = last + 1 - length;
  if (start < 0) return undefined;
  let first = length;
  let second = firstSeed ^ length;
  for (let at = 2 * start; at <= 2 * last; at += 2) {
    first = mixed(first, words[at] as number);
    second = mixed(second, words[at + 1] as number);
  }
  return { first: spread(first), second: spread(second) };
}

const space = 0x20;
const none = -1;
const firstSeed = 0x2c1b3c6d;
const secondSeed = 0x297a2d39;

/** MurmurHash3's step for one block. */
function mixed(hash: number, value: number): number {
  let block = Math.imul(value, 0xcc9e2d51);
  block = (block << 15) | (block >>> 17);
  const turned = hash ^ Math.imul(block, 0x1b873593);
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}

/** Its last step: each bit of the input changes about half of those that come out. */
function spread(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

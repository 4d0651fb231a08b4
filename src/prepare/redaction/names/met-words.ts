import { unspacedScript } from "./name-finder.ts";
import { firstWordsOf } from "./name-spellings.ts";

/**
 * The words of a thread at which names were looked for, as a Bloom filter (Bloom 1970): whether a name could stand in the
 * thread is answered without reading it again. Now and then a name that does not seems to, never the other way round.
 */
export interface NamesMet {
  /** Of the labels that were looked for; see `idOfLabels`. */
  labelsId: string;
  /** The filter's bits in base64; their number is a power of two. */
  words: string;
  /** Whether there was a script in which names are found wherever they stand. */
  hasUnspaced: boolean;
}

/** Ten bits and four hashes a word: one in a hundred is met by mistake (10 · ln 2 ≈ 7 would be best). */
const bitsAWord = 10;
const hashes = 4;
const minBits = 64;

/** Collects the words of one thread after the other. */
export class MetWords {
  readonly #words = new Set<string>();
  #hasUnspaced = false;
  readonly #labelsId: string;

  constructor(labelsId: string) {
    this.#labelsId = labelsId;
  }

  add(lowerCased: string): void {
    this.#words.add(lowerCased);
  }

  lookAt(text: string): void {
    this.#hasUnspaced ||= unspacedScript.test(text);
  }

  /** What was met since the last call. */
  take(): NamesMet {
    const bits = 2 ** Math.ceil(Math.log2(Math.max(minBits, bitsAWord * this.#words.size)));
    const filter = new Uint8Array(bits / 8);
    for (const word of this.#words)
      for (const bit of bitsOf(word, bits)) (filter[bit >>> 3] as number) |= 1 << (bit & 7);
    const met = {
      labelsId: this.#labelsId,
      words: Buffer.from(filter).toString("base64"),
      hasUnspaced: this.#hasUnspaced,
    };
    this.#words.clear();
    this.#hasUnspaced = false;
    return met;
  }
}

/** Whether a name might have been found in a thread, had it been known. */
export function mayHold({ words, hasUnspaced }: NamesMet, name: string): boolean {
  if (unspacedScript.test(name)) return hasUnspaced;
  const filter = Buffer.from(words, "base64");
  return firstWordsOf(name).some((word) =>
    bitsOf(word, 8 * filter.length).every((bit) => ((filter[bit >>> 3] as number) & (1 << (bit & 7))) !== 0),
  );
}

/** Double hashing (Kirsch & Mitzenmacher 2006) of two FNV-1a hashes. */
function bitsOf(word: string, bits: number): number[] {
  let [one, other] = [0x811c9dc5, 0x2545f491];
  for (let at = 0; at < word.length; at++) {
    one = Math.imul(one ^ word.charCodeAt(at), 0x01000193);
    other = Math.imul(other ^ word.charCodeAt(at) ^ (one >>> 16), 0x01000193);
  }
  const step = (other ^ (other >>> 13)) | 1;
  const first = one ^ (one >>> 15);
  return Array.from({ length: hashes }, (_, index) => (first + Math.imul(index, step)) & (bits - 1));
}

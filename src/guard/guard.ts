import type { BloomFilter } from "./bloom-filter.ts";
import { longRun, rareRun } from "./learned-runs.ts";
import { hashOfRun, WordReader } from "./word-reader.ts";

/** Knows what may not be said because a run learned from it, each run of training by a filter of its own. */
export class Guard {
  readonly #learned: BloomFilter[];

  constructor(learned: BloomFilter[]) {
    this.#learned = learned;
  }

  /**
   * Watches a reply from its start.
   *
   * @param before What the persona said last: a copy may go on over two replies.
   * @param bytesOf What an id says; nothing where it stands for structure.
   */
  watch(before: string[], bytesOf: (id: number) => Uint8Array): Watch {
    return new Watch(WordReader.after(before), bytesOf, (words, last) => this.#isCopy(words, last));
  }

  /** Whether the words that end with number `last` are a copy. */
  #isCopy(words: number[], last: number): boolean {
    return [longRun, rareRun].some((length) => {
      const hash = hashOfRun(words, last, length);
      return hash !== undefined && this.#learned.some((filter) => filter.has(hash));
    });
  }
}

/** A reply as it is generated. */
class Watch {
  readonly #bytesOf: (id: number) => Uint8Array;
  readonly #isCopy: (words: number[], last: number) => boolean;
  #reader: WordReader;
  /** Bytes of a character that is not whole yet. */
  #unfinished: Uint8Array = new Uint8Array();

  constructor(
    reader: WordReader,
    bytesOf: (id: number) => Uint8Array,
    isCopy: (words: number[], last: number) => boolean,
  ) {
    this.#reader = reader;
    this.#bytesOf = bytesOf;
    this.#isCopy = isCopy;
  }

  /**
   * Reads the next id, unless a copy would be whole with it: then it gives false, and another id may be tried.
   *
   * A word counts as it stands, although the next id may go on with it: once it has been shown it cannot be taken back.
   */
  read(id: number): boolean {
    const bytes = Buffer.concat([this.#unfinished, this.#bytesOf(id)]);
    const whole = bytes.length - unfinishedAtEnd(bytes);
    const reader = this.#reader.fork(longRun);
    // What was there is known not to be a copy, but the last word may go on.
    const from = reader.isInWord ? reader.count - 1 : reader.count;
    reader.read(bytes.toString("utf8", 0, whole));
    for (let last = from; last < reader.count; last++) if (this.#isCopy(reader.words, last)) return false;
    this.#reader = reader;
    this.#unfinished = bytes.subarray(whole);
    return true;
  }
}

/** How many bytes at the end begin a character of UTF-8 and do not end it. */
function unfinishedAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

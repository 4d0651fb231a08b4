import type { Hash } from "./word-reader.ts";

/** A set that takes a few bits an entry. It knows every entry, and takes a few others for entries, at a rate that is known. */
export class BloomFilter {
  readonly bytes: Uint8Array;
  readonly hashes: number;

  constructor({ bytes, hashes }: { bytes: Uint8Array; hashes: number }) {
    this.bytes = bytes;
    this.hashes = hashes;
  }

  /** @param atMostBytes What it may take, whatever is asked for an entry. */
  static for(entries: number, bitsAnEntry: number, atMostBytes = Number.POSITIVE_INFINITY): BloomFilter {
    const wanted = Math.min(Math.ceil((entries * bitsAnEntry) / 8), Math.floor(atMostBytes));
    const bytes = new Uint8Array(Math.max(1, wanted));
    const best = Math.round(((8 * bytes.length) / Math.max(1, entries)) * Math.LN2);
    return new BloomFilter({ bytes, hashes: Math.min(maxHashes, Math.max(1, best)) });
  }

  add(hash: Hash): void {
    for (let probe = 0; probe < this.hashes; probe++) {
      const bit = this.#bitOf(hash, probe);
      this.bytes[bit >>> 3] = (this.bytes[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }

  has(hash: Hash): boolean {
    for (let probe = 0; probe < this.hashes; probe++) {
      const bit = this.#bitOf(hash, probe);
      if (((this.bytes[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  /** Of what was never added, the share that it takes for an entry. */
  get falseRate(): number {
    let ones = 0;
    for (const byte of this.bytes) ones += onesIn[byte] as number;
    return (ones / (8 * this.bytes.length)) ** this.hashes;
  }

  /** Two hashes make as many as are needed; by the square, entries that meet once do not meet again and again. */
  #bitOf({ first, second }: Hash, probe: number): number {
    return (first + probe * second + probe * probe) % (8 * this.bytes.length);
  }
}

/** More do not help: they would fill it. */
const maxHashes = 16;

const onesIn = Uint8Array.from({ length: 0x100 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});

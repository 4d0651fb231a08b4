const space = 0x20;
const maxPieces = 6_000;
/** Few enough to be cleared for each of thousands of threads. */
const slots = 1 << 14;
/** Hash, start of the key, length of the key, number of the value plus one. */
const slotFields = 4;

/**
 * Remembers values by stretches of text between spaces. A stretch is compared unit by unit where it stands: a string of
 * its own, made to be looked up, would cost as much as the rest.
 */
export class PieceMemo<Value> {
  readonly #maxLength: number;
  readonly #table = new Int32Array(slots * slotFields);
  readonly #values: Value[] = [];
  #keys = new Uint16Array(1 << 16);
  #keysUsed = 0;
  #text = "";
  #start = 0;
  #end = 0;
  #hash = 0;
  #slot = 0;

  /** @param maxLength Of the stretches that are remembered. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Reads the stretch that starts at `start`; returns where it ends. */
  read(text: string, start: number): number {
    let hash = 0x811c9dc5;
    let at = start;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === space) break;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    this.#text = text;
    this.#start = start;
    this.#end = at;
    this.#hash = hash ^ (hash >>> 15);
    return at;
  }

  /** What is remembered of the stretch that was read last. */
  found(): Value | undefined {
    let slot = (this.#hash & (slots - 1)) * slotFields;
    for (let value = this.#table[slot + 3]; value !== 0; value = this.#table[slot + 3]) {
      if (this.#isAt(slot)) return this.#values[(value as number) - 1];
      slot = (slot + slotFields) & (slots * slotFields - 1);
    }
    this.#slot = slot;
    return undefined;
  }

  /** Remembers a value for the stretch that was read last, unless it is too long. */
  remember(value: Value): void {
    const length = this.#end - this.#start;
    if (length > this.#maxLength) return;
    if (this.#values.length === maxPieces) {
      this.clear();
      this.#slot = (this.#hash & (slots - 1)) * slotFields;
    }
    if (this.#keysUsed + this.#maxLength > this.#keys.length) {
      const grown = new Uint16Array(this.#keys.length * 2);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    this.#values.push(value);
    this.#table.set([this.#hash, this.#keysUsed, length, this.#values.length], this.#slot);
    for (let unit = this.#start; unit < this.#end; unit++)
      this.#keys[this.#keysUsed++] = this.#text.charCodeAt(unit);
  }

  clear(): void {
    if (this.#values.length === 0) return;
    this.#table.fill(0);
    this.#values.length = 0;
    this.#keysUsed = 0;
  }

  #isAt(slot: number): boolean {
    const [table, keys, text, end] = [this.#table, this.#keys, this.#text, this.#end];
    if (table[slot] !== this.#hash || table[slot + 2] !== end - this.#start) return false;
    let key = table[slot + 1] as number;
    for (let unit = this.#start; unit < end; unit++) if (keys[key++] !== text.charCodeAt(unit)) return false;
    return true;
  }
}

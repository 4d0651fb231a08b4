/**
 * Counts by 53-bit hash in typed arrays: 12 bytes a slot, however many there are.
 *
 * @param most Hashes to hold at most; those that come later are not counted, which keeps memory bounded.
 */
export class HashCounts {
  #keys = new Float64Array(1 << 12).fill(-1);
  #counts = new Uint32Array(1 << 12);
  #size = 0;
  readonly #most: number;

  constructor(most = 1 << 21) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  has(hash: number): boolean {
    return this.#keys[this.#slotOf(hash)] === hash;
  }

  /** The count of a hash before this call. */
  countUp(hash: number): number {
    const slot = this.#slotOf(hash);
    if (this.#keys[slot] === hash) return (this.#counts[slot] as number)++;
    this.#insert(slot, hash, 1);
    return 0;
  }

  get(hash: number): number | undefined {
    const slot = this.#slotOf(hash);
    return this.#keys[slot] === hash ? this.#counts[slot] : undefined;
  }

  set(hash: number, value: number): void {
    const slot = this.#slotOf(hash);
    if (this.#keys[slot] === hash) this.#counts[slot] = value;
    else this.#insert(slot, hash, value);
  }

  #insert(slot: number, hash: number, count: number): void {
    if (this.#size === this.#most) return;
    this.#keys[slot] = hash;
    this.#counts[slot] = count;
    this.#size++;
    if (this.#size * 2 > this.#keys.length) this.#grow();
  }

  #slotOf(hash: number): number {
    const last = this.#keys.length - 1;
    const low = hash >>> 0;
    const mixed = Math.imul(low ^ ((hash / 2 ** 32) >>> 0), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & last;
    while (this.#keys[slot] !== hash && this.#keys[slot] !== -1) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [keys, counts] = [this.#keys, this.#counts];
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#counts = new Uint32Array(keys.length * 2);
    for (let slot = 0; slot < keys.length; slot++) {
      const hash = keys[slot] as number;
      if (hash === -1) continue;
      const place = this.#slotOf(hash);
      this.#keys[place] = hash;
      this.#counts[place] = counts[slot] as number;
    }
  }
}

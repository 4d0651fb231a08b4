/**
 * Token ids and what each of them is, side by side in typed arrays that grow by doubling.
 *
 * One buffer is filled over and over: a conversation costs no allocation of its own.
 */
export class TokenBuffer {
  ids = new Uint32Array(1 << 12);
  /** One `MaskCode` a token. */
  mask = new Uint8Array(1 << 12);
  length = 0;
  /** What `push` writes beside each id. */
  code = 0;

  push(id: number): void {
    if (this.length === this.ids.length) this.#grow(this.length + 1);
    this.ids[this.length] = id;
    this.mask[this.length] = this.code;
    this.length++;
  }

  /** Appends `count` ids of `source`, from `start` on. */
  append(source: ArrayLike<number>, start = 0, count = source.length - start): void {
    const end = this.length + count;
    if (end > this.ids.length) this.#grow(end);
    for (let index = 0; index < count; index++)
      this.ids[this.length + index] = source[start + index] as number;
    this.mask.fill(this.code, this.length, end);
    this.length = end;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(atLeast: number): void {
    const size = Math.max(atLeast, this.ids.length * 2);
    const { ids, mask } = this;
    this.ids = new Uint32Array(size);
    this.mask = new Uint8Array(size);
    this.ids.set(ids);
    this.mask.set(mask);
  }
}

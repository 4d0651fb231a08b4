type Numbers = Float64Array | Uint32Array;

/** Numbers in a typed array that is filled over and over, and grows by doubling. */
export class NumberList {
  #numbers: Numbers;
  length = 0;

  constructor(kind: Float64ArrayConstructor | Uint32ArrayConstructor) {
    this.#numbers = new kind(1 << 10);
  }

  push(number: number): void {
    if (this.length === this.#numbers.length) this.#grow();
    this.#numbers[this.length++] = number;
  }

  clear(): void {
    this.length = 0;
  }

  /** What was pushed, valid until the next `clear`. */
  get values(): Numbers {
    return this.#numbers.subarray(0, this.length);
  }

  #grow(): void {
    const numbers = this.#numbers;
    const kind = numbers.constructor as Float64ArrayConstructor | Uint32ArrayConstructor;
    this.#numbers = new kind(numbers.length * 2);
    this.#numbers.set(numbers);
  }
}

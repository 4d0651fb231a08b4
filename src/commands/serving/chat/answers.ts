/** Something that is shown, and by whom it is said; `aside` by the program. */
export interface Shown {
  side: "own" | "theirs" | "aside";
  text: string;
}

/** Different answers to the same words, of which one counts. */
export class Answers {
  #answers: string[][] = [];
  #chosen = 0;
  /** Whether those that do not count are shown too. */
  areListed = false;

  get count(): number {
    return this.#answers.length;
  }

  /** The bubbles of the one that counts; none where there is none. */
  get shown(): string[] {
    return this.#answers[this.#chosen] ?? [];
  }

  /** One more, which counts from now on. */
  add(bubbles: string[]): void {
    if (bubbles.length > 0) this.#chosen = this.#answers.push(bubbles) - 1;
  }

  /** Puts another in the place of the one that counts. */
  replace(bubbles: string[]): void {
    this.#answers[this.#chosen] = bubbles;
  }

  turn(step: -1 | 1): void {
    if (this.count > 0) this.#chosen = (this.#chosen + step + this.count) % this.count;
  }

  clear(): void {
    this.#answers = [];
    this.#chosen = 0;
    this.areListed = false;
  }

  *parts(canTurn: boolean): Generator<Shown> {
    for (const [index, bubbles] of this.#answers.entries()) {
      const isShown = index === this.#chosen;
      if (isShown) yield* asTheirs(bubbles);
      else if (this.areListed) yield* bubbles.map((text) => ({ side: "aside", text: `  ${text}` }) as const);
    }
    if (this.count > 1 && canTurn) yield { side: "aside", text: `${this.#chosen + 1} of ${this.count}  ← →` };
  }
}

export function asTheirs(bubbles: string[]): Shown[] {
  return bubbles.map((text) => ({ side: "theirs", text }));
}

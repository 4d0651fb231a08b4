/** Text as it grows, up to the first of some words that end it. */
export class TextUntil {
  readonly #stops: string[];
  /** What may be the beginning of such a word. */
  #held = "";
  #isOver = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /** Whether one of the words has come. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What can be shown now that there is more text. */
  push(text: string): string {
    if (this.#isOver) return "";
    const all = this.#held + text;
    const ends = this.#stops.map((stop) => all.indexOf(stop)).filter((at) => at >= 0);
    this.#isOver = ends.length > 0;
    const shown = this.#isOver ? Math.min(...ends) : all.length - this.#longestBeginning(all);
    this.#held = all.slice(shown);
    return all.slice(0, shown);
  }

  /** What was held back, where no more text follows. */
  end(): string {
    return this.#isOver ? "" : this.#held;
  }

  /** How much of the end may be the beginning of a word that ends the text. */
  #longestBeginning(text: string): number {
    const lengths = this.#stops.map((stop) => {
      for (let length = Math.min(stop.length - 1, text.length); length > 0; length--)
        if (text.endsWith(stop.slice(0, length))) return length;
      return 0;
    });
    return Math.max(0, ...lengths);
  }
}

import type { Turn } from "../../handoffs/index.ts";

/** Masks what friends write as the run's data set was masked, one text after the other. */
export type Mask = (words: string) => string;

/** One bubble that is remembered. */
interface Remembered {
  /** Unix time in milliseconds. */
  at: number;
  /** The label of whoever said it; undefined for the persona. */
  speaker?: string;
  /** Who that is where they write, so that they can be forgotten. */
  from?: string;
  words: string;
}

interface MemoryOptions {
  /** Names it, so that its evaluated prefix is found again. */
  id: string;
  persona: string;
  mask?: Mask;
}

/** More bubbles than any context holds. */
const maxBubbles = 1000;

/** What was said in one conversation. */
export class Memory {
  readonly id: string;
  readonly #persona: string;
  readonly #mask: Mask;
  #bubbles: Remembered[] = [];

  constructor({ id, persona, mask = (words) => words }: MemoryOptions) {
    this.id = id;
    this.#persona = persona;
    this.#mask = mask;
  }

  /** What one person sent in a row is one turn. */
  get turns(): Turn[] {
    return this.turnsSince(0);
  }

  /** The turns without the oldest bubbles. */
  turnsSince(dropped: number): Turn[] {
    const turns: Turn[] = [];
    for (const { speaker, words } of this.#bubbles.slice(dropped)) {
      const isPersona = speaker === undefined;
      const last = turns.at(-1);
      if (last?.isPersona === isPersona && (isPersona || last.speaker === speaker)) last.bubbles.push(words);
      else turns.push({ speaker: speaker ?? this.#persona, isPersona, bubbles: [words] });
    }
    return turns;
  }

  /** Adds what somebody sent. */
  hear(speaker: string, words: string, from?: string): void {
    this.#add({ at: Date.now(), speaker, ...(from !== undefined && { from }), words: this.#mask(words) });
  }

  /** Adds what the persona said. */
  say(bubble: string): void {
    this.#add({ at: Date.now(), words: bubble });
  }

  reset(): void {
    this.#bubbles = [];
  }

  /** Forgets the oldest bubbles for good. */
  drop(bubbles: number): void {
    this.#bubbles = this.#bubbles.slice(bubbles);
  }

  /** Forgets the beginning of the oldest bubble for good. */
  shortenOldest(words: string): void {
    const [oldest, ...others] = this.#bubbles;
    if (oldest !== undefined) this.#bubbles = [{ ...oldest, words }, ...others];
  }

  #add(bubble: Remembered): void {
    if (bubble.words.trim() === "") return;
    this.#bubbles.push(bubble);
    if (this.#bubbles.length > maxBubbles) this.drop(Math.ceil(maxBubbles / 3));
  }
}

import type { Turn } from "../../handoffs/index.ts";

/**
 * Opens the masks of one conversation: what friends write becomes what training shows of such words, one text after the
 * other. `speakers` are the labels of those who have spoken.
 */
export type OpenMask = () => (words: string, speakers: string[]) => string;

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
  openMask?: OpenMask | undefined;
}

/** More than any context holds. */
const maxBubbles = 1000;
const maxCharacters = 32_000;

/** What was said in one conversation. */
export class Memory {
  readonly id: string;
  readonly #persona: string;
  readonly #openMask: OpenMask;
  #mask: ReturnType<OpenMask>;
  #bubbles: Remembered[] = [];

  constructor({ id, persona, openMask = () => (words) => words }: MemoryOptions) {
    this.id = id;
    this.#persona = persona;
    this.#openMask = openMask;
    this.#mask = openMask();
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

  /**
   * Adds what somebody sent.
   *
   * @param from Who that is where they write.
   * @returns Whether anything is left of it that training would show.
   */
  hear(speaker: string, words: string, from?: string): boolean {
    const speakers = new Set(this.#bubbles.map((bubble) => bubble.speaker ?? this.#persona)).add(speaker);
    const masked = this.#mask(withoutInvisible(words), [...speakers]).slice(-maxCharacters);
    return this.#add({ at: Date.now(), speaker, ...(from !== undefined && { from }), words: masked });
  }

  /** Adds what the persona said. */
  say(bubble: string): void {
    this.#add({ at: Date.now(), words: bubble });
  }

  reset(): void {
    this.drop(this.#bubbles.length);
  }

  /** Forgets the oldest bubbles for good. */
  drop(bubbles: number): void {
    this.#bubbles = this.#bubbles.slice(bubbles);
    // Masks know each number that they have met: they are forgotten too, and counted from the start.
    this.#mask = this.#openMask();
  }

  /** Forgets the beginning of the oldest bubble for good. */
  shortenOldest(words: string): void {
    const [oldest, ...others] = this.#bubbles;
    if (oldest !== undefined) this.#bubbles = [{ ...oldest, words }, ...others];
  }

  #add(bubble: Remembered): boolean {
    if (bubble.words.trim() === "") return false;
    this.#bubbles.push({ ...bubble, words: bubble.words.toWellFormed() });
    if (this.#bubbles.length > maxBubbles) this.drop(Math.ceil(maxBubbles / 3));
    return true;
  }
}

/**
 * Nobody sees them, and a message of thousands would push all else out of the context. Flags and families of emoji are
 * joined by fewer, and no script stacks as many marks.
 */
const invisible = /[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u2800\u3164\uffa0]{9,}/gu;

function withoutInvisible(words: string): string {
  return words.replace(invisible, "");
}

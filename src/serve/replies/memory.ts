import type { Turn } from "../../handoffs/index.ts";

/** More turns than any context holds. */
const maxTurns = 400;

/** What was said in one conversation, as turns. */
export class Memory {
  readonly #persona: string;
  #turns: Turn[] = [];

  constructor(persona: string) {
    this.#persona = persona;
  }

  get turns(): Turn[] {
    return this.#turns;
  }

  /** Adds what somebody sent; what one person sends in a row is one turn. */
  hear(speaker: string, bubble: string): void {
    this.#add(speaker, false, bubble);
  }

  /** Adds what the persona said. */
  say(bubble: string): void {
    this.#add(this.#persona, true, bubble);
  }

  reset(): void {
    this.#turns = [];
  }

  #add(speaker: string, isPersona: boolean, bubble: string): void {
    const last = this.#turns.at(-1);
    if (last !== undefined && last.speaker === speaker && last.isPersona === isPersona)
      last.bubbles.push(bubble);
    else this.#turns.push({ speaker, isPersona, bubbles: [bubble] });
    if (this.#turns.length > maxTurns) this.#turns = dropOldestThird(this.#turns);
  }
}

/**
 * What is left when a conversation outgrows the context.
 *
 * A third at once, and not a turn at a time: every drop means that the rest is evaluated anew, because a GPT-2 has
 * learned its positions and its context cannot be shifted.
 */
export function dropOldestThird(turns: Turn[]): Turn[] {
  return turns.slice(Math.max(1, Math.ceil(turns.length / 3)));
}

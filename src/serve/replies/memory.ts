import type { Turn } from "../../handoffs/index.ts";

/** What was said in one conversation, as turns. */
export interface Memory {
  readonly turns: Turn[];
  /** Adds what somebody sent; what one person sends in a row is one turn. */
  hear(speaker: string, bubble: string): void;
  /** Adds what the persona said. */
  say(bubble: string): void;
  reset(): void;
}

/** More turns than any context holds. */
const maxTurns = 400;

export function createMemory(persona: string): Memory {
  let turns: Turn[] = [];

  function add(speaker: string, isPersona: boolean, bubble: string): void {
    const last = turns.at(-1);
    if (last !== undefined && last.speaker === speaker && last.isPersona === isPersona)
      last.bubbles.push(bubble);
    else turns.push({ speaker, isPersona, bubbles: [bubble] });
    if (turns.length > maxTurns) turns = dropOldestThird(turns);
  }

  return {
    get turns() {
      return turns;
    },
    hear: (speaker, bubble) => add(speaker, false, bubble),
    say: (bubble) => add(persona, true, bubble),
    reset() {
      turns = [];
    },
  };
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

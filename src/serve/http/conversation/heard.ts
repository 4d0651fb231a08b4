import { createHash } from "node:crypto";
import { Memory } from "../../memory/index.ts";
import type { Answering } from "../service.ts";

/** Something that was said before, as a client tells it. */
export interface SaidBefore {
  /** Whether the persona has said it. */
  isPersona: boolean;
  text: string;
  /** Who else has said it. */
  name?: string | undefined;
}

/** Stands between the bubbles of an answer, and where an answer that comes back is cut into them again. */
export const bubbleBreak = "\n\n";

/** A conversation as the persona remembers it: masked as its run has seen such words, everybody by the label that it knows. */
export function memoryOf(said: SaidBefore[], answering: Answering, id: string): Memory {
  const { persona, as, labelOf: known } = answering;
  const labelOf = (name: string | undefined) =>
    persona.labelOf(name && (known(name) ?? known(name.replaceAll("_", " "))), name);
  const memory = new Memory({ id, persona: persona.name, openMask: answering.openMask() });
  for (const { isPersona, text, name } of said) {
    if (isPersona) for (const bubble of text.split(/\n\s*\n/)) memory.say(bubble);
    else {
      memory.hear(labelOf(name ?? as), text, name);
    }
  }
  return memory;
}

/** Whether there is something to answer: of a picture alone, training would show nothing. */
export function isHeard(said: SaidBefore[], { turns }: Memory): boolean {
  return said.at(-1)?.isPersona !== false || turns.at(-1)?.isPersona === false;
}

/** Stays the same as long as a conversation goes on. */
export function keyOf([first]: SaidBefore[]): string {
  return createHash("sha256")
    .update(JSON.stringify(first ?? null))
    .digest("hex")
    .slice(0, 16);
}

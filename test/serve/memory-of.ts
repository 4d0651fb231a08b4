import type { Turn } from "../../src/handoffs/index.ts";
import { Memory } from "../../src/serve/index.ts";

/** What remembers these turns of a conversation with Ana. */
export function memoryOf(turns: Turn[], id: string): Memory {
  const memory = new Memory({ id, persona: "Ana" });
  for (const { speaker, isPersona, bubbles } of turns) {
    for (const bubble of bubbles) {
      if (isPersona) memory.say(bubble);
      else memory.hear(speaker, bubble);
    }
  }
  return memory;
}

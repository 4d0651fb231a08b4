import { UserError } from "../errors.ts";
import type { Memory } from "./memory/index.ts";
import type { Persona, PersonaEvent } from "./persona.ts";
import { labelIn, type PersonaFiles } from "./persona-files.ts";

/**
 * A persona whose model is not in memory: it says once in each conversation that it is learning, and then hears what it
 * is told. Once there is a model, all of that is answered together.
 */
export function restingPersona(
  files: Pick<PersonaFiles, "name" | "about" | "speakers" | "note">,
  words: string,
): Persona {
  return {
    name: files.name,
    about: files.about,
    engine: "nothing at the moment: a run has the GPU",
    labelOf: (name) => labelIn(files, name),
    reply: (memory) => rest(memory, words),
    async *replies(memory) {
      for await (const event of rest(memory, words))
        yield event.type === "reply-end" ? event : { ...event, index: 0 };
    },
    chanceOfSpeaking: async () => undefined,
    weigh: async () => undefined,
    async withModel() {
      throw new UserError("The model is not in memory: a run has the GPU.", {
        fix: "Wait until the run is through, or serve with --while-training answer.",
      });
    },
    note: async () => files.note?.current(),
    forget() {},
    async close() {},
  };
}

async function* rest(memory: Memory, words: string): AsyncGenerator<PersonaEvent> {
  const own = memory.turns.findLast(({ isPersona }) => isPersona);
  const isSaid = own?.bubbles.includes(words) ?? false;
  if (!isSaid) yield { type: "bubble-end", bubble: words };
  const bubbles = isSaid ? 0 : 1;
  yield { type: "reply-end", outcome: { ending: "resting", bubbles, candidates: [], tokens: 0 } };
}

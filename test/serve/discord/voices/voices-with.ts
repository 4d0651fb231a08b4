import { UserError } from "../../../../src/errors.ts";
import type { Voice, VoiceSource } from "../../../../src/serve/discord/voices/index.ts";
import { Memories } from "../../../../src/serve/index.ts";
import { mannersWith } from "../../manners-with.ts";
import { lastWords, scripted } from "../connect.ts";

/** Somebody who says their name, how many turns they remember, what was said, and what they are told. */
export function voiceOf(name: string, isModel = false): Voice {
  const told = (prompt: string | undefined) => (prompt === undefined ? "" : `, told: ${prompt}`);
  const speaker = (prompt?: string) =>
    scripted((turns) => [`${name} (${turns.length}): ${lastWords(turns)}${told(prompt)}`]);
  return {
    persona: {
      ...speaker(),
      name,
      isModel,
      reply: (memory, options) => speaker(options?.systemPrompt).reply(memory, options),
    },
    memories: new Memories({ persona: name }),
    manners: mannersWith({}),
    friendOf: () => undefined,
  };
}

/** Voices by their names; a model's begins with `model`, and one called broken cannot be opened. */
export function sourceOf(...names: string[]): VoiceSource & { opened: string[] } {
  const opened: string[] = [];
  const isModel = (name: string) => name.startsWith("model");
  return {
    opened,
    keys: () => names,
    offers: async () =>
      names.map((name) => ({
        key: name,
        name,
        reference: name,
        kind: isModel(name) ? "model" : "persona",
        about: `made of ${name}`,
      })),
    async open(name) {
      opened.push(name);
      if (name === "broken") throw new UserError("It is gone.", { fix: "Bring it back." });
      return { ...voiceOf(name, isModel(name)), close: async () => {} };
    },
  };
}

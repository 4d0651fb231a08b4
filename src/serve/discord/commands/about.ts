import { formatPlural } from "../../../terminal.ts";
import { describeNote, type StateNote } from "../../memory/index.ts";
import type { Persona } from "../../persona.ts";
import type { BotCommand } from "./interactions/index.ts";
import { slashCommandAnywhere } from "./interactions/index.ts";

export const about: BotCommand = {
  data: slashCommandAnywhere("about", "What this bot is, and what it keeps").toJSON(),
  audience: "everybody",
  isPrivate: true,
  async run({ channelId }, { cast, channels }) {
    const { persona } = cast.in(channelId);
    return aboutText(persona, await persona.note(), channels.keepDays);
  },
};

function aboutText({ name, about, isModel }: Persona, note: StateNote | undefined, keepDays: number): string {
  const until =
    keepDays === 0 ? "/reset or a restart" : `/reset, for ${formatPlural(keepDays, "day")} at most`;
  const who = isModel
    ? `I am ${name}, an AI that was taught to answer (${about}); I make things up, and speak for nobody here. `
    : `I am an AI that writes like ${name}; I am not ${name}, and I make things up (${about}). `;
  return [
    who +
      `I run on my owner's machine, remember a channel until ${until}, and keep no other log of what is said. ` +
      "Nothing that I hear here is ever used to train a model.",
    "/optout: I hear you no more. /forgetme: I forget what you said.",
    ...(note === undefined ? [] : [`${name} at the moment: ${describeNote(note)}`]),
  ].join("\n");
}

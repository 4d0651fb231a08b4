import { describeNote, type StateNote } from "../../memory/index.ts";
import type { Persona } from "../../persona.ts";
import type { Say } from "../words.ts";
import type { BotCommand } from "./interactions/index.ts";
import { slashCommandAnywhere } from "./interactions/index.ts";

export const about: BotCommand = {
  data: slashCommandAnywhere("about", "What this bot is, and what it keeps").toJSON(),
  audience: "everybody",
  isPrivate: true,
  async run({ channelId }, { cast, channels, say }) {
    const { persona } = cast.in(channelId);
    return aboutText(persona, { note: await persona.note(), keepDays: channels.keepDays }, say);
  },
};

function aboutText(
  { name, about, isModel }: Persona,
  { note, keepDays }: { note: StateNote | undefined; keepDays: number },
  say: Say,
): string {
  const who = say(isModel ? "aboutModel" : "about", { name, about });
  return [
    `${who} ${keptText(keepDays, say)} ${say("neverTrained")}`,
    say("yourChoices"),
    ...(note === undefined ? [] : [say("atTheMoment", { name, note: describeNote(note) })]),
  ].join("\n");
}

function keptText(days: number, say: Say): string {
  if (days === 0) return say("keptUntilRestart");
  return days === 1 ? say("keptForADay") : say("keptForDays", { days });
}

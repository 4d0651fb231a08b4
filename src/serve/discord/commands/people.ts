import type { BotCommand } from "./interactions/index.ts";
import { slashCommandAnywhere } from "./interactions/index.ts";

export const forgetme: BotCommand = {
  data: slashCommandAnywhere("forgetme", "Forget what you said to me, in every channel").toJSON(),
  audience: "everybody",
  isPrivate: true,
  async run({ user }, { channels }) {
    const forgotten = await channels.forgetPerson(user.id);
    return forgotten > 0 ? "I have forgotten what you said to me." : "I remember nothing of yours.";
  },
};

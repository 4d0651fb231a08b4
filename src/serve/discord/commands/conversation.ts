import type { BotCommand } from "./command.ts";
import { slashCommand } from "./places.ts";

export const reset: BotCommand = {
  data: slashCommand("reset", "Forget what was said in this channel").toJSON(),
  async run({ channelId }, { channels }) {
    await channels.reset(channelId);
    return "Forgotten. What were we talking about?";
  },
};

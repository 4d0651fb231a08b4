import { type BotCommand, messageCommand, slashCommand } from "./interactions/index.ts";

export const reset: BotCommand = {
  data: slashCommand("reset", "Forget what was said in this channel").toJSON(),
  async run({ id, channelId }, { channels }) {
    await channels.reset(channelId, id);
    return "Forgotten. What were we talking about?";
  },
};

export const regenerate: BotCommand = {
  data: slashCommand("regenerate", "Take my last answer back, and give another one").toJSON(),
  hasPersonaSpeak: true,
  isPrivate: true,
  async run({ channelId }, { channels }) {
    const isTaken = await channels.regenerate(channelId);
    return isTaken ? "Another one is coming." : "There is no answer of mine to what was said last.";
  },
};

export const regenerateThis: BotCommand = {
  data: messageCommand("Regenerate").toJSON(),
  hasPersonaSpeak: true,
  isPrivate: true,
  async run(interaction, { channels }) {
    if (!interaction.isMessageContextMenuCommand()) return undefined;
    const { channelId, targetMessage } = interaction;
    const isTaken = await channels.regenerate(channelId, targetMessage.id);
    return isTaken
      ? "Another one is coming."
      : "I can only take my last answer back, while nobody has written after it.";
  },
};

export const goOn: BotCommand = {
  data: slashCommand("continue", "Have me say more").toJSON(),
  hasPersonaSpeak: true,
  isPrivate: true,
  async run({ channelId }, { channels }) {
    const isGoingOn = await channels.goOn(channelId);
    return isGoingOn ? "Going on." : "Nothing was said here yet.";
  },
};

export const stop: BotCommand = {
  data: slashCommand("stop", "Leave the rest of my answer unsaid").toJSON(),
  isPrivate: true,
  run: ({ channelId }, { channels }) =>
    channels.stop(channelId) ? "Stopped." : "I was not saying anything.",
};

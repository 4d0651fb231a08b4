import { type BotCommand, messageCommand, slashCommand } from "./interactions/index.ts";

export const reset: BotCommand = {
  data: slashCommand("reset", "Forget what was said in this channel").toJSON(),
  async run({ id, channelId }, { channels, say }) {
    await channels.reset(channelId, id);
    return say("forgotten");
  },
};

export const regenerate: BotCommand = {
  data: slashCommand("regenerate", "Take my last answer back, and give another one").toJSON(),
  hasPersonaSpeak: true,
  isPrivate: true,
  async run({ channelId }, { channels, say }) {
    const isTaken = await channels.regenerate(channelId);
    return isTaken ? say("anotherComes") : say("noAnswer");
  },
};

export const regenerateThis: BotCommand = {
  data: messageCommand("Regenerate").toJSON(),
  hasPersonaSpeak: true,
  isPrivate: true,
  async run(interaction, { channels, say }) {
    if (!interaction.isMessageContextMenuCommand()) return undefined;
    const { channelId, targetMessage } = interaction;
    const isTaken = await channels.regenerate(channelId, targetMessage.id);
    return isTaken ? say("anotherComes") : say("lastAnswerOnly");
  },
};

export const goOn: BotCommand = {
  data: slashCommand("continue", "Have me say more").toJSON(),
  hasPersonaSpeak: true,
  isPrivate: true,
  async run({ channelId }, { channels, say }) {
    const isGoingOn = await channels.goOn(channelId);
    return isGoingOn ? say("goingOn") : say("nothingSaid");
  },
};

export const stop: BotCommand = {
  data: slashCommand("stop", "Leave the rest of my answer unsaid").toJSON(),
  isPrivate: true,
  async run({ channelId }, { channels, say }) {
    // What is on its way is said, and remembered.
    await channels.settled(channelId);
    return channels.stop(channelId) ? say("stopped") : say("wasSilent");
  },
};

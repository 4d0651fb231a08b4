import type { ChatInputCommandInteraction } from "discord.js";
import { formatPlural } from "../../../terminal.ts";
import { type BotCommand, slashCommand } from "./interactions/index.ts";

const longestMinutes = 43_200;
const everywhere = "everywhere";

export const pause: BotCommand = {
  data: slashCommand("pause", "Have me hear and say nothing")
    .addStringOption((option) =>
      option
        .setName("where")
        .setDescription("Everywhere, unless you say otherwise")
        .addChoices({ name: "everywhere", value: everywhere }, { name: "in this channel", value: "here" }),
    )
    .addIntegerOption((option) =>
      option
        .setName("minutes")
        .setDescription("Until /resume, unless you say otherwise")
        .setMinValue(1)
        .setMaxValue(longestMinutes),
    )
    .toJSON(),
  audience: "admins",
  isPrivate: true,
  async run(interaction, { rules }) {
    if (!interaction.isChatInputCommand()) return undefined;
    const channelId = channelOf(interaction);
    const minutes = interaction.options.getInteger("minutes") ?? undefined;
    await rules.pauses.start(channelId, minutes);
    const until =
      minutes === undefined ? "until /resume, after a restart too" : `for ${formatPlural(minutes, "minute")}`;
    return `I hear and say nothing ${whereIn(channelId)}, ${until}.`;
  },
};

export const resume: BotCommand = {
  data: slashCommand("resume", "Have me hear and speak again")
    .addStringOption((option) =>
      option
        .setName("where")
        .setDescription("Everywhere, unless you say otherwise")
        .addChoices({ name: "everywhere", value: everywhere }, { name: "in this channel", value: "here" }),
    )
    .toJSON(),
  audience: "admins",
  isPrivate: true,
  async run(interaction, { rules }) {
    if (!interaction.isChatInputCommand()) return undefined;
    const channelId = channelOf(interaction);
    await rules.pauses.end(channelId);
    if (channelId !== null && rules.pauses.isEverywhere)
      return "I am still silent everywhere: /resume everywhere ends that.";
    return `I am back ${whereIn(channelId)}.`;
  },
};

function channelOf({ options, channelId }: ChatInputCommandInteraction): string | null {
  return options.getString("where") === "here" ? channelId : null;
}

function whereIn(channelId: string | null): string {
  return channelId === null ? everywhere : "in this channel";
}

import type { ChatInputCommandInteraction, SlashCommandStringOption } from "discord.js";
import { isSameName } from "../../../closest-names.ts";
import type { VoiceOffer } from "../voices/index.ts";
import {
  announce,
  type BotCommand,
  type CommandAnswer,
  chosenOf,
  type Doors,
  slashCommand,
} from "./interactions/index.ts";

/** Who speaks in a channel, where the owner lets several. */
export const persona: BotCommand = {
  data: slashCommand("persona", "Who speaks in this channel")
    .addSubcommand((command) =>
      command
        .setName("use")
        .setDescription("Have somebody else speak here")
        .addStringOption((option) => nameOption(option))
        .addBooleanOption((option) =>
          option.setName("server").setDescription("In all of this server; my owner alone may choose that"),
        ),
    )
    .addSubcommand((command) => command.setName("list").setDescription("Who may speak here"))
    .toJSON(),
  isOffered: (_, offers) => offers.some(({ kind, key }) => kind === "persona" && key !== ""),
  async run(interaction, doors) {
    if (!interaction.isChatInputCommand()) return undefined;
    const { options, channelId, guildId, user } = interaction;
    if (options.getSubcommand() === "list") return list(channelId, "persona", doors);
    if (guildId === null || !options.getBoolean("server")) return use(interaction, "persona", {}, doors);
    if (!doors.rules.isAdmin(user.id)) return { content: doors.say("voiceOwnerOnly"), isPrivate: true };
    return use(interaction, "persona", { guildId }, doors);
  },
  complete: ({ options }, doors) => complete(options.getFocused(), "persona", doors),
};

/** Which model answers, to compare it with others. */
export const model: BotCommand = {
  data: slashCommand("model", "Which model answers in this channel")
    .addStringOption((option) => nameOption(option).setRequired(false))
    .toJSON(),
  isOffered: (_, offers) => offers.length > 1 && offers.some(({ kind }) => kind === "model"),
  async run(interaction, doors) {
    if (!interaction.isChatInputCommand()) return undefined;
    const { options, channelId } = interaction;
    return options.getString("name") === null
      ? list(channelId, undefined, doors)
      : use(interaction, undefined, {}, doors);
  },
  complete: ({ options }, doors) => complete(options.getFocused(), undefined, doors),
};

type Kind = VoiceOffer["kind"] | undefined;

function nameOption(option: SlashCommandStringOption): SlashCommandStringOption {
  return option
    .setName("name")
    .setDescription("Who")
    .setRequired(true)
    .setAutocomplete(true)
    .setMaxLength(100);
}

async function offersOf(kind: Kind, { cast }: Doors): Promise<VoiceOffer[]> {
  return (await cast.offers()).filter((offer) => kind === undefined || offer.kind === kind);
}

async function complete(typed: string, kind: Kind, doors: Doors): Promise<string[]> {
  const names = (await offersOf(kind, doors)).map(({ name }) => name);
  return names.filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
}

async function list(channelId: string, kind: Kind, doors: Doors): Promise<CommandAnswer> {
  const key = doors.cast.keyIn(channelId);
  const offers = await offersOf(kind, doors);
  const lines = offers.map((offer) => `${offer.key === key ? "**›**" : "·"} ${offer.name}: ${offer.about}`);
  return { content: lines.join("\n"), isPrivate: true };
}

/** Everybody is told who speaks; a name that means nobody concerns whoever typed it. */
async function use(
  interaction: ChatInputCommandInteraction,
  kind: Kind,
  { guildId }: { guildId?: string },
  doors: Doors,
): Promise<CommandAnswer> {
  const { options, channelId } = interaction;
  const offers = await offersOf(kind, doors);
  const names = offers.map((offer) => offer.name);
  const name = chosenOf(options.getString("name", true), names);
  const offer = offers.find((each) => isSameName(each.name, name));
  if (offer === undefined) {
    const listing = kind === "persona" ? "/persona list" : "/model";
    return { content: doors.say("voiceUnknown", { name, listing }), isPrivate: true };
  }
  // It may have to be loaded.
  await announce(interaction);
  await doors.cast.use(guildId ?? channelId, offer.key);
  if (guildId !== undefined) await doors.profiles.wearIn(guildId);
  doors.channels.stop(channelId);
  return doors.say(guildId === undefined ? "voiceHere" : "voiceInServer", offer);
}

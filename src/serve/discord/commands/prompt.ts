import { formatPlural } from "../../../terminal.ts";
import { describeNote } from "../../memory/index.ts";
import { type BotCommand, type Doors, ownersCommand } from "./interactions/index.ts";

/** A longer one takes the place of what is said. */
const longestPrompt = 1500;

/** What the persona has before it when it answers here. */
export const prompt: BotCommand = {
  data: ownersCommand("prompt", "What I am told before I answer here")
    .addStringOption((option) =>
      option
        .setName("words")
        .setDescription("What an instruction model is told here from now on; - for what it usually is")
        .setMaxLength(longestPrompt),
    )
    .toJSON(),
  audience: "admins",
  isPrivate: true,
  run(interaction, doors) {
    const words = interaction.isChatInputCommand()
      ? interaction.options.getString("words")?.trim()
      : undefined;
    return words
      ? changePrompt(interaction.channelId, words, doors)
      : describePrompt(interaction.channelId, doors);
  },
};

function changePrompt(channelId: string, words: string, { cast }: Pick<Doors, "cast">): string {
  const { name, isModel = false } = cast.in(channelId).persona;
  if (!isModel) return `${name} speaks as ${name} does, and takes no prompt. Instruction models do: /model`;
  const isUsual = words === "-";
  cast.setPrompt(channelId, isUsual ? undefined : words);
  return isUsual
    ? `${name} is told what it usually is.`
    : `${name} is told so here from now on, until a restart.`;
}

export async function describePrompt(
  channelId: string,
  { cast, channels }: Pick<Doors, "cast" | "channels">,
): Promise<string> {
  const { persona } = cast.in(channelId);
  const { turns } = channels.lastTalk(channelId);
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  const note = await persona.note();
  return [
    `I am ${persona.about}.`,
    persona.isModel
      ? (cast.promptIn(channelId) ?? "I have my usual prompt: the one of persona.json, or else my own.")
      : "There is no prompt but the conversation, written out as training saw such.",
    note === undefined
      ? "Nobody has noted what I am up to: persona note"
      : `As if I had said it first: ${describeNote(note)}`,
    turns.length === 0
      ? "I remember nothing of this channel."
      : `I remember ${formatPlural(turns.length, "turn")} of this channel, by ${speakers.join(", ")}; the oldest go first.`,
  ].join("\n");
}

import { formatPlural } from "../../../terminal.ts";
import { describeNote } from "../../memory/index.ts";
import { type BotCommand, type Doors, ownersCommand } from "./interactions/index.ts";

/** What the persona has before it when it answers here. */
export const prompt: BotCommand = {
  data: ownersCommand("prompt", "What I am told before I answer here").toJSON(),
  audience: "admins",
  isPrivate: true,
  run: ({ channelId }, doors) => describePrompt(channelId, doors),
};

async function describePrompt(channelId: string, { cast }: Pick<Doors, "cast">): Promise<string> {
  const { persona, memories } = cast.in(channelId);
  const { turns } = memories.get(channelId);
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  const note = await persona.note();
  return [
    `I am ${persona.about}. There is no prompt but the conversation, written out as training saw such.`,
    note === undefined
      ? "Nobody has noted what I am up to: persona note"
      : `As if I had said it first: ${describeNote(note)}`,
    turns.length === 0
      ? "I remember nothing of this channel."
      : `I remember ${formatPlural(turns.length, "turn")} of this channel, by ${speakers.join(", ")}; the oldest go first.`,
  ].join("\n");
}

import { LabelBuilder, ModalBuilder, TextInputBuilder, TextInputStyle } from "discord.js";
import { type BotCommand, type Doors, messageCommand, ownersCommand } from "./interactions/index.ts";

/**
 * The owner says what they would have said instead: kept beside the votes, to refine a run by.
 *
 * What others wrote on Discord is no part of it: Discord forbids to train on that.
 */
const submit: BotCommand["submit"] = async (interaction, [message = ""], doors) => {
  const rejected = answerWith(message, interaction.channelId, doors);
  if (rejected === undefined) return undefined;
  const better = interaction.fields
    .getTextInputValue(field)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (better.length === 0) return "Nothing is kept.";
  await doors.backstage.corrections?.keep(rejected, better);
  return "Kept. To learn from it: persona train --refine RUN";
};

export const wrong: BotCommand = {
  data: ownersCommand("wrong", "You would not have said my last answer, but …").toJSON(),
  audience: "admins",
  isPrivate: true,
  isOffered: ({ corrections }) => corrections !== undefined,
  run({ channelId }, { cast, channels }) {
    const { persona } = cast.in(channelId);
    const { lastSaid } = channels.lastTalk(channelId);
    const last = lastSaid.findLast(({ message }) => message !== undefined);
    return last?.message === undefined
      ? "I have not answered what was said last. Choose an older answer from its menu: Apps → That's not me."
      : { modal: modalFor(last.message, persona.name) };
  },
  submit,
};

export const notMe: BotCommand = {
  data: messageCommand("That's not me").setDefaultMemberPermissions(0).toJSON(),
  audience: "admins",
  isPrivate: true,
  isOffered: ({ corrections }) => corrections !== undefined,
  run(interaction, doors) {
    if (!interaction.isMessageContextMenuCommand()) return undefined;
    const { channelId, targetMessage } = interaction;
    if (answerWith(targetMessage.id, channelId, doors) === undefined)
      return "I do not remember saying that here.";
    return { modal: modalFor(targetMessage.id, doors.cast.in(channelId).persona.name) };
  },
};

function answerWith(message: string, channelId: string | null, { channels }: Doors): string[] | undefined {
  return channelId === null ? undefined : channels.memoryWith(message, channelId)?.answerWith(message);
}

const field = "better";

function modalFor(message: string, name: string): ModalBuilder {
  const words = new TextInputBuilder()
    .setCustomId(field)
    .setStyle(TextInputStyle.Paragraph)
    .setMaxLength(2000);
  return new ModalBuilder()
    .setCustomId(`wrong:${message}`)
    .setTitle("That's not me")
    .addLabelComponents(
      new LabelBuilder()
        .setLabel(`What would ${name.slice(0, 20)} say instead?`)
        .setDescription("A message a line. It is kept on your machine, to refine a run by.")
        .setTextInputComponent(words),
    );
}

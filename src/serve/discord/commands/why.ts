import { isOfBot } from "../voices/index.ts";
import { type BotCommand, messageCommand } from "./interactions/index.ts";

/** How an answer came about, in kinds and figures: nobody's words, and none of training. */
export const why: BotCommand = {
  data: messageCommand("Why this?").toJSON(),
  isPrivate: true,
  run(interaction, { channels, replies, say }) {
    if (!interaction.isMessageContextMenuCommand()) return undefined;
    const { channelId, targetMessage } = interaction;
    if (!isOfBot(targetMessage)) return say("notMine");
    const memory = channels.memoryWith(targetMessage.id, channelId);
    const said = memory?.answerWith(targetMessage.id);
    const account = memory && said && replies.accountOf(memory.id, said);
    return account?.join("\n") ?? say("reasonForgotten");
  },
};

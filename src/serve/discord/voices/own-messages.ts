import { type Message, MessageType } from "discord.js";
import { isNotice } from "../messages/index.ts";

/** Whether whoever speaks here has said it, by the bot's account or by a webhook: no notice, and no answer to a command. */
export function isOwnMessage(message: Message): boolean {
  const { author, webhookId, interactionMetadata, client } = message;
  if (isNotice(message)) return false;
  if (author.id === client.user.id) return interactionMetadata === null && webhookId === null;
  return isByOwnWebhook(message);
}

/** Whether it is the bot's in any way: also an answer to a command. */
export function isOfBot(message: Message): boolean {
  return message.author.id === message.client.user.id || isByOwnWebhook(message);
}

function isByOwnWebhook({
  webhookId,
  applicationId,
  client,
}: Pick<Message, "webhookId" | "applicationId" | "client">): boolean {
  return webhookId !== null && applicationId !== null && applicationId === client.application.id;
}

/** Whether a message replies to what a webhook of the bot's has said: Discord mentions nobody by that. */
export function answersOwnWebhook(message: Message): boolean {
  if (message.type !== MessageType.Reply) return false;
  const answered = message.channel.messages.cache.get(message.reference?.messageId ?? "");
  return answered !== undefined && answered.author.id !== message.client.user.id && isByOwnWebhook(answered);
}

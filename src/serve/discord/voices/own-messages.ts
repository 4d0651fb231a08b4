import { type Message, MessageType } from "discord.js";

/** Whether the bot has said it in a channel, by its account or by a webhook; not an answer to a command, which is no talk. */
export function isOwnMessage({
  author,
  webhookId,
  applicationId,
  interactionMetadata,
  client,
}: Message): boolean {
  if (author.id === client.user.id) return interactionMetadata === null && webhookId === null;
  return isByOwnWebhook({ webhookId, applicationId, client });
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
  return answered !== undefined && answered.webhookId !== null && isOwnMessage(answered);
}

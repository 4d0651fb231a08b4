import { ChannelType, cleanContent, type Message, MessageType } from "discord.js";

/** Whether a channel's name is one of `patterns`, in which `*` stands for any characters. */
export function channelMatcher(patterns: string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "iu");
  });
  return (name) => expressions.some((expression) => expression.test(name));
}

/**
 * Whether a person says something to the persona: directly, by mentioning it, by replying to it, or in an open channel.
 *
 * Bots and webhooks are never answered, so that two bots cannot talk to each other for ever.
 */
export function isForPersona(message: Message, isOpenChannel: (name: string) => boolean): boolean {
  if (message.author.bot || message.webhookId !== null) return false;
  if (message.type !== MessageType.Default && message.type !== MessageType.Reply) return false;
  if (message.channel.type === ChannelType.DM) return true;
  // A thread in an open channel is open too.
  const { channel } = message;
  const names = [channel, channel.isThread() ? channel.parent : null].map((place) =>
    place !== null && "name" in place ? place.name : undefined,
  );
  if (names.some((name) => typeof name === "string" && isOpenChannel(name))) return true;
  return message.mentions.users.has(message.client.user.id);
}

/** What was said, as the persona should read it: no mention of itself, others by their names. */
export function wordsOf(message: Message): string {
  const itself = new RegExp(`<@!?${message.client.user.id}>`, "g");
  return cleanContent(message.content.replace(itself, ""), message.channel)
    .replace(/<a?:(\w+):\d+>/g, ":$1:")
    .trim();
}

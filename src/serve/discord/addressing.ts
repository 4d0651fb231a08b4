import { type Channel, ChannelType, cleanContent, type Message, MessageType } from "discord.js";
import { escapePattern } from "../../letters.ts";

/** A channel or thread of a server. */
export interface Place {
  id: string;
  name: string;
}

/** Whether a channel is one of `patterns`: ids, or names with or without #, in which `*` stands for any characters. */
export function channelMatcher(patterns: string[]): (place: Place) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.replace(/^#/, "").split("*").map(escapePattern);
    return new RegExp(`^${parts.join(".*")}$`, "iu");
  });
  return ({ id, name }) => patterns.includes(id) || expressions.some((expression) => expression.test(name));
}

/**
 * Whether a person says something to the persona: directly, by mentioning it, by replying to it, or in an open channel.
 *
 * Bots and webhooks are never answered, so that two bots cannot talk to each other for ever.
 */
export function isForPersona(message: Message, isOpenChannel: (place: Place) => boolean): boolean {
  if (message.author.bot || message.webhookId !== null) return false;
  if (message.type !== MessageType.Default && message.type !== MessageType.Reply) return false;
  if (message.channel.type === ChannelType.DM) return true;
  // A thread in an open channel is open too.
  const { channel } = message;
  const places = [channel, channel.isThread() ? channel.parent : null].flatMap(placeOf);
  if (places.some(isOpenChannel)) return true;
  return isAddressed(message);
}

/** Whether the persona was mentioned; a reply to one of its messages mentions it too. */
export function isAddressed(message: Message): boolean {
  return message.mentions.users.has(message.client.user.id);
}

/** Direct messages have no name. */
export function placeOf(channel: Channel | null): Place[] {
  return channel !== null && "name" in channel && channel.name !== null
    ? [{ id: channel.id, name: channel.name }]
    : [];
}

/** What was said, as the persona should read it: no mention of itself, others by their names. */
export function wordsOf(message: Message): string {
  const itself = new RegExp(`<@!?${message.client.user.id}>`, "g");
  return cleanContent(message.content.replace(itself, ""), message.channel)
    .replace(/<a?:(\w+):\d+>/g, ":$1:")
    .trim();
}

import { type Channel, ChannelType, cleanContent, type Message, MessageType } from "discord.js";
import { escapePattern } from "../../letters.ts";

/** A channel or thread of a server. */
export interface Place {
  id: string;
  name: string;
}

/** Whether a channel is one of `patterns`: ids, or names with or without #, in which `*` stands for any characters. */
export function channelMatcher(patterns: string[]): (place: Place) => boolean {
  // A name that looks like an id opens nothing that the id was meant for.
  const expressions = patterns
    .filter((pattern) => !isId(pattern))
    .map((pattern) => {
      const parts = pattern.replace(/^#/, "").split("*").map(escapePattern);
      return new RegExp(`^${parts.join(".*")}$`, "iu");
    });
  return ({ id, name }) => patterns.includes(id) || expressions.some((expression) => expression.test(name));
}

const isId = (text: string) => /^\d{17,20}$/.test(text);

/**
 * Whether a person says something to the persona: directly, by mentioning it, by replying to it, or in an open channel.
 *
 * Bots and webhooks are never answered, so that two bots cannot talk to each other for ever.
 */
export function isForPersona(message: Message, isOpenChannel: (place: Place) => boolean): boolean {
  if (message.author.bot || message.webhookId !== null) return false;
  if (message.type !== MessageType.Default && message.type !== MessageType.Reply) return false;
  if (message.channel.type === ChannelType.DM) return true;
  if (placesOf(message.channel).some(isOpenChannel)) return true;
  return isAddressed(message);
}

/** Whether the persona was mentioned; a reply to one of its messages mentions it too. */
export function isAddressed(message: Message): boolean {
  return message.mentions.users.has(message.client.user.id);
}

/** A channel, and that which it is a thread of: what is open to one is open to the other. */
export function placesOf(channel: Channel): Place[] {
  return [channel, channel.isThread() ? channel.parent : null].flatMap(placeOf);
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

import { ChannelType, type Message, MessageType } from "discord.js";
import type { Memories } from "../../memory/index.ts";
import { branchesOf } from "../places.ts";
import { talkWith } from "../talks.ts";

/** Where a message is heard. */
interface Branch {
  /** The id of the conversation: of the channel for its main talk, with that of a message behind it for a branch. */
  conversation: string;
  /** Messages that belong before it there, and may not have been heard yet; oldest first. */
  before: Message[];
}

/** A reply to one of so many last bubbles belongs to the talk that goes on. */
const recentBubbles = 8;
/** A chain of replies is followed so far back. */
const longestChain = 10;

/** A reply to an older message is a talk of its own, of what that message and those before it said. */
export async function branchFor(message: Message, memories: Memories): Promise<Branch> {
  const main = { conversation: message.channelId, before: [] };
  const known = talkWith(message.id, message.channelId, memories);
  if (known !== undefined) return { conversation: known.id, before: [] };
  const answered = message.type === MessageType.Reply ? message.reference?.messageId : undefined;
  if (answered === undefined) return { ...main, before: await startOfThread(message, memories) };
  if (isRecent(memories.get(message.channelId).bubblesSince(answered))) return main;
  const isDirect = message.channel.type === ChannelType.DM;
  for (const branch of memories.under(branchesOf(message.channelId))) {
    if (isRecent(branch.bubblesSince(answered))) return { conversation: branch.id, before: [] };
  }
  const chain = await chainBefore(message, isDirect ? 1 : longestChain);
  if (chain.length === 0) return main;
  // With nobody else about, a friend who quotes something goes on with the same talk.
  if (isDirect) return { ...main, before: chain };
  return { conversation: branchesOf(message.channelId) + answered, before: chain };
}

function isRecent(bubblesSince: number | undefined): boolean {
  return bubblesSince !== undefined && bubblesSince < recentBubbles;
}

/** What a message replies to, and what that replies to; as much of it as is still there. */
async function chainBefore(message: Message, longest: number): Promise<Message[]> {
  const chain: Message[] = [];
  for (let last: Message | undefined = message; last !== undefined && chain.length < longest; ) {
    last = await repliedTo(last);
    if (last !== undefined) chain.unshift(last);
  }
  return chain;
}

async function repliedTo({ type, reference, channel }: Message): Promise<Message | undefined> {
  if (type !== MessageType.Reply || reference?.messageId === undefined) return undefined;
  return channel.messages.fetch(reference.messageId).catch(() => undefined);
}

/** A thread that was opened under a message begins with that message. */
async function startOfThread({ id, channel }: Message, memories: Memories): Promise<Message[]> {
  // A post of a forum is the start of its own thread.
  if (!channel.isThread() || channel.id === id || memories.has(channel.id)) return [];
  const start = await channel.fetchStarterMessage().catch(() => null);
  return start === null ? [] : [start];
}

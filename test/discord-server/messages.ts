import type { APIAttachment, APIEmbed, APIMessage, APIPoll, APIUser } from "discord.js";
import { memberPayload, userPayload } from "./payloads.ts";
import { type Account, type Channel, ids, type World } from "./world.ts";

/** What somebody attaches. */
export interface Attached {
  filename: string;
  contentType?: string;
  description?: string;
  size?: number;
}

/** What a message may hold beside its words. */
export interface Extras {
  replyingTo?: APIMessage | undefined;
  /** Whether the author of the answered message is pinged: the @ beside the text field, which is on at first. */
  pinging?: boolean;
  forwarding?: APIMessage | undefined;
  attachments?: Attached[];
  embeds?: APIEmbed[];
  /** Names of stickers. */
  stickers?: string[];
  poll?: { question: string; answers: string[] };
  /** How long somebody speaks in a voice message. */
  voiceSeconds?: number;
  /** When it was written; now unless it was there before. */
  at?: Date;
  /** Its own unless it is given. */
  id?: string;
  /** A system message, such as 7 for somebody who joined. */
  type?: number;
}

export interface Draft extends Extras {
  author: Account;
  content: string;
  /** Whom a bot lets its message ping; people ping everybody whom they name. */
  mayMention?: (userId: string) => boolean;
  mayMentionEveryone?: boolean;
  components?: unknown[];
  flags?: number;
  webhookId?: string;
  /** What else Discord tells of it. */
  about?: object;
  nonce?: string | number | undefined;
}

const flagsFor = { forwarded: 1 << 14, voice: 1 << 13 };

/** A message as Discord has it, from what its author does. */
export function composeMessage(world: World, channel: Channel, draft: Draft): APIMessage {
  const { author, content, replyingTo, forwarding, poll, stickers, voiceSeconds, nonce, webhookId } = draft;
  const sentAt = draft.at ?? new Date();
  const message: Record<string, unknown> = {
    id: draft.id ?? world.newId(sentAt.getTime()),
    channel_id: channel.id,
    type: draft.type ?? (replyingTo === undefined ? 0 : 19),
    author: userPayload(author),
    content,
    timestamp: sentAt.toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: mentionsEveryone(draft),
    mentions: mentionsIn(world, draft),
    mention_roles: rolesIn(world, channel, content),
    attachments: (draft.attachments ?? []).map((attached) => attachment(world, channel, attached)),
    embeds: draft.embeds ?? [],
    components: draft.components ?? [],
    pinned: false,
    flags: draft.flags ?? 0,
  };
  if (nonce !== undefined) message.nonce = nonce;
  if (webhookId !== undefined) message.webhook_id = webhookId;
  if (replyingTo !== undefined) {
    message.message_reference = referenceTo(world, replyingTo, 0);
    message.referenced_message = asReferenced(world, replyingTo);
  }
  if (forwarding !== undefined) {
    message.flags = flagsFor.forwarded;
    message.message_reference = referenceTo(world, forwarding, 1);
    message.message_snapshots = [{ message: snapshotOf(forwarding) }];
  }
  if (poll !== undefined) message.poll = pollPayload(poll, sentAt);
  if (stickers !== undefined)
    message.sticker_items = stickers.map((name) => ({ id: world.newId(), name, format_type: 1 }));
  if (voiceSeconds !== undefined) {
    message.flags = flagsFor.voice;
    message.attachments = [voice(world, channel, voiceSeconds)];
  }
  return { ...message, ...draft.about } as unknown as APIMessage;
}

function referenceTo(world: World, message: APIMessage, type: number) {
  const { guildId } = world.channel(message.channel_id);
  return {
    type,
    channel_id: message.channel_id,
    message_id: message.id,
    ...(guildId !== undefined && { guild_id: guildId }),
  };
}

/** The answered message, as it is now and without the one that it answers; null once it was deleted. */
function asReferenced(world: World, message: APIMessage): APIMessage | null {
  const { referenced_message: _, reactions: __, ...rest } = world.message(message.id) ?? message;
  return world.message(message.id) === undefined ? null : rest;
}

/** What a forward carries: neither who wrote it nor where. */
function snapshotOf(message: APIMessage) {
  const { type, content, mentions, mention_roles, attachments, embeds, timestamp, edited_timestamp } =
    message;
  const { flags = 0, components = [], sticker_items } = message;
  return {
    ...{
      type,
      content,
      mentions,
      mention_roles,
      attachments,
      embeds,
      timestamp,
      edited_timestamp,
      flags,
      components,
    },
    ...(sticker_items !== undefined && { sticker_items }),
  };
}

/** Whom a message mentions as it is now. */
export function mentionsInWords(world: World, content: string): APIUser[] {
  return mentionsIn(world, { content });
}

function mentionsIn(
  world: World,
  draft: Pick<Draft, "content" | "replyingTo" | "pinging" | "mayMention">,
): APIUser[] {
  const { content, replyingTo, pinging = true, mayMention = () => true } = draft;
  const named = [...content.matchAll(/<@!?(\d+)>/g)].map(([, id = ""]) => id);
  const mentioned = new Set(named.filter((id) => world.accounts.has(id) && mayMention(id)));
  if (replyingTo !== undefined && pinging) mentioned.add(replyingTo.author.id);
  return [...mentioned].map((id) => userPayload(world.account(id)));
}

function mentionsEveryone({ content, mayMentionEveryone = true }: Draft): boolean {
  return mayMentionEveryone && /@(everyone|here)\b/.test(content);
}

function rolesIn(world: World, channel: Channel, content: string): string[] {
  const roles = world.guildOf(channel)?.roles;
  const named = [...content.matchAll(/<@&(\d+)>/g)].map(([, id = ""]) => id);
  return [...new Set(named.filter((id) => roles?.has(id)))];
}

function attachment(world: World, channel: Channel, attached: Attached): APIAttachment {
  const { filename, contentType = "image/png", description, size = 12_345 } = attached;
  const id = world.newId();
  const place = `${channel.id}/${id}/${encodeURIComponent(filename)}`;
  return {
    id,
    filename,
    size,
    url: `https://cdn.discordapp.com/attachments/${place}`,
    proxy_url: `https://media.discordapp.net/attachments/${place}`,
    content_type: contentType,
    ...(contentType.startsWith("image/") && { width: 640, height: 480 }),
    ...(description !== undefined && { description }),
  };
}

function voice(world: World, channel: Channel, seconds: number): APIAttachment {
  const recording = { filename: "voice-message.ogg", contentType: "audio/ogg", size: 4000 };
  return { ...attachment(world, channel, recording), duration_secs: seconds, waveform: "AAAA" };
}

function pollPayload({ question, answers }: { question: string; answers: string[] }, sentAt: Date): APIPoll {
  return {
    question: { text: question },
    answers: answers.map((text, index) => ({ answer_id: index + 1, poll_media: { text } })),
    expiry: new Date(sentAt.getTime() + 86_400_000).toISOString(),
    allow_multiselect: false,
    layout_type: 1,
    results: { answer_counts: [], is_finalized: false },
  };
}

/** A message as its gateway event has it: with the server, and its members beside their accounts. */
export function messageEvent(world: World, channel: Channel, message: APIMessage): object {
  const guild = world.guildOf(channel);
  const event = { ...message, channel_type: channel.type };
  if (guild === undefined) return event;
  const member = guild.members.get(message.author.id);
  return {
    ...event,
    guild_id: guild.id,
    ...(member !== undefined && message.webhook_id === undefined && { member: memberPayload(member) }),
    mentions: message.mentions.map((user) => {
      const mentioned = guild.members.get(user.id);
      return mentioned === undefined ? user : { ...user, member: memberPayload(mentioned) };
    }),
  };
}

/** Whether a message shows anything: zero-width and blank letters alone are no text to Discord. */
export function isBlank(content: string): boolean {
  return /^[\s\u200b-\u200f\u2060\u2800\u3164\ufeff]*$/u.test(content);
}

export function isByBot(message: APIMessage): boolean {
  return message.author.id === ids.bot || message.application_id === ids.bot;
}

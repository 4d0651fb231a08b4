import { type APIMessage, PermissionFlagsBits as Permissions } from "discord.js";
import { channelOf, type Discord, done, ok, type Request, type Routes } from "../discord.ts";
import { refusals } from "../errors.ts";
import { withoutContent } from "../intents.ts";
import type { Draft } from "../messages.ts";
import { componentsFrom, embedsFrom } from "../shapes.ts";
import { refuseTooLong, refuseUnfit, refuseUnfitComponents } from "../unfit.ts";
import { type Channel, ids } from "../world.ts";

export const messageRoutes: Routes = {
  "POST /channels/{channel_id}/messages": (request, discord) => {
    const { body, parameters } = request;
    const { world, happenings, deeds } = discord;
    const channel = channelOf(discord, parameters.channel_id);
    const permission =
      channel.thread === undefined ? Permissions.SendMessages : Permissions.SendMessagesInThreads;
    channelOf(discord, channel.id, permission);
    if (discord.settings.refuses(channel.id)) throw refusals.missingPermissions();
    refuseUnfit(channel, request);
    const same = body.enforce_nonce
      ? channel.messages.find((sent) => isOfNonce(sent, body.nonce))
      : undefined;
    if (same !== undefined) return ok(same);
    const message = happenings.post(channel, {
      author: world.account(ids.bot),
      ...draftFrom(discord, request),
      replyingTo: answeredMessage(channel, body.message_reference),
      forwarding: forwardedMessage(discord, body.message_reference),
    });
    deeds.sent.push({ ...body, content: body.content ?? "", id: message.id, channel: channel.id });
    return ok(message);
  },

  "GET /channels/{channel_id}/messages": ({ parameters, query }, discord) => {
    const channel = channelOf(discord, parameters.channel_id);
    if (!mayRead(discord, channel)) return ok([]);
    return ok(pageOf(channel.messages, query).map((message) => asRead(discord, channel, message)));
  },

  "GET /channels/{channel_id}/messages/{message_id}": ({ parameters }, discord) => {
    const channel = channelOf(discord, parameters.channel_id, Permissions.ReadMessageHistory);
    return ok(asRead(discord, channel, messageOf(channel, parameters.message_id)));
  },

  "PATCH /channels/{channel_id}/messages/{message_id}": (request, discord) => {
    const channel = channelOf(discord, request.parameters.channel_id);
    const message = messageOf(channel, request.parameters.message_id);
    if (message.author.id !== ids.bot) throw refusals.notByYou();
    if (channel.thread?.isArchived) throw refusals.archived();
    return ok(changeMessage(discord, message, request));
  },

  "DELETE /channels/{channel_id}/messages/{message_id}": ({ parameters }, discord) => {
    const channel = channelOf(discord, parameters.channel_id);
    const message = messageOf(channel, parameters.message_id);
    if (message.author.id !== ids.bot) channelOf(discord, channel.id, Permissions.ManageMessages);
    discord.happenings.remove(channel, [message]);
    return done;
  },

  "POST /channels/{channel_id}/messages/bulk-delete": ({ parameters, body }, discord) => {
    const channel = channelOf(discord, parameters.channel_id, Permissions.ManageMessages);
    discord.happenings.remove(
      channel,
      channel.messages.filter(({ id }) => body.messages.includes(id)),
    );
    return done;
  },

  "POST /channels/{channel_id}/typing": ({ parameters }, discord) => {
    const channel = channelOf(discord, parameters.channel_id, Permissions.SendMessages);
    discord.deeds.typed.push(channel.id);
    discord.happenings.type(channel, discord.world.account(ids.bot));
    return done;
  },

  "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (
    { parameters },
    discord,
  ) => {
    const channel = channelOf(discord, parameters.channel_id, Permissions.AddReactions);
    const message = messageOf(channel, parameters.message_id);
    if (channel.thread?.isArchived) throw refusals.archived();
    const emoji = parameters.emoji_name ?? "";
    if (!/^\p{Emoji}|^\w+:\d+$/u.test(emoji)) throw refusals.unknownEmoji();
    discord.happenings.react(message, emoji, discord.world.account(ids.bot));
    return done;
  },

  "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (
    { parameters },
    discord,
  ) => {
    const channel = channelOf(discord, parameters.channel_id);
    const message = messageOf(channel, parameters.message_id);
    discord.happenings.unreact(message, parameters.emoji_name ?? "", discord.world.account(ids.bot));
    return done;
  },
};

/** What a message of the bot or of a webhook consists of. */
export function draftFrom({ world }: Discord, { body, files }: Request): Omit<Draft, "author"> {
  const { allowed_mentions: allowed } = body;
  return {
    content: body.content ?? "",
    embeds: embedsFrom(body.embeds ?? []),
    components: componentsFrom(world, body.components ?? []),
    attachments: files,
    ...(body.poll != null && {
      poll: {
        question: body.poll.question.text,
        answers: body.poll.answers.map((answer: { poll_media: { text: string } }) => answer.poll_media.text),
      },
    }),
    flags: body.flags ?? 0,
    nonce: body.nonce ?? undefined,
    pinging: allowed?.replied_user ?? allowed == null,
    mayMention: (id) => allowed == null || allowed.parse?.includes("users") || allowed.users?.includes(id),
    mayMentionEveryone: allowed == null || allowed.parse?.includes("everyone") === true,
  };
}

export function changeMessage(
  { world, happenings }: Discord,
  message: APIMessage,
  { body }: Request,
): APIMessage {
  refuseTooLong(body.content);
  refuseUnfitComponents({ ...body, flags: body.flags ?? message.flags });
  return happenings.edit(message, {
    ...(body.content !== undefined && { content: body.content ?? "" }),
    ...(body.embeds !== undefined && { embeds: embedsFrom(body.embeds ?? []) }),
    ...(body.components !== undefined && {
      components: componentsFrom(world, body.components ?? []) as unknown as APIMessage["components"] &
        object,
    }),
  });
}

export function messageOf(channel: Channel, id: string | undefined): APIMessage {
  const message = channel.messages.find((message) => message.id === id);
  if (message === undefined) throw refusals.unknownMessage();
  return message;
}

function isOfNonce(message: APIMessage, nonce: unknown): boolean {
  return message.nonce !== undefined && message.nonce === nonce && message.author.id === ids.bot;
}

interface Reference {
  type?: number;
  channel_id?: string;
  message_id: string;
  fail_if_not_exists?: boolean;
}

function answeredMessage(channel: Channel, reference: Reference | undefined): APIMessage | undefined {
  if (reference === undefined || reference.type === 1) return undefined;
  const answered = channel.messages.find(({ id }) => id === reference.message_id);
  if (answered === undefined && reference.fail_if_not_exists !== false) {
    const told = { code: "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", message: "Unknown message" };
    throw refusals.invalidForm({ message_reference: { _errors: [told] } });
  }
  return answered;
}

function forwardedMessage(discord: Discord, reference: Reference | undefined): APIMessage | undefined {
  if (reference?.type !== 1) return undefined;
  const channel = channelOf(discord, reference.channel_id, Permissions.ReadMessageHistory);
  return messageOf(channel, reference.message_id);
}

function mayRead({ world }: Discord, channel: Channel): boolean {
  return (
    channel.guildId === undefined || (world.permissionsIn(channel) & Permissions.ReadMessageHistory) !== 0n
  );
}

/** The intent holds for what is read back as for what is heard. */
function asRead({ settings }: Discord, channel: Channel, message: APIMessage): APIMessage {
  return settings.hasMessageContentIntent ? message : withoutContent(message, channel.guildId === undefined);
}

/** The newest first, as Discord pages them. */
function pageOf(messages: APIMessage[], query: Record<string, string>): APIMessage[] {
  const limit = Number(query.limit ?? 50);
  if (!(limit >= 1 && limit <= 100)) throw refusals.invalidForm();
  const { before, after, around } = query;
  const sorted = messages.toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  if (before !== undefined)
    return sorted
      .filter(({ id }) => BigInt(id) < BigInt(before))
      .slice(-limit)
      .toReversed();
  if (after !== undefined)
    return sorted
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .toReversed();
  if (around === undefined) return sorted.slice(-limit).toReversed();
  const middle = sorted.findIndex(({ id }) => BigInt(id) >= BigInt(around));
  return sorted
    .slice(Math.max(0, middle - Math.floor(limit / 2)), middle + Math.ceil(limit / 2))
    .toReversed();
}

import { PermissionFlagsBits as Permissions } from "discord.js";
import { channelOf, done, ok, type Routes } from "../discord.ts";
import { refusals } from "../errors.ts";
import { channelPayload, threadMemberPayload } from "../payloads.ts";
import { channelTypes, ids } from "../world.ts";
import { messageOf } from "./messages.ts";

export const channelRoutes: Routes = {
  "GET /channels/{channel_id}": ({ parameters }, discord) =>
    ok(channelPayload(discord.world, channelOf(discord, parameters.channel_id))),

  "PATCH /channels/{channel_id}": ({ parameters, body }, discord) => {
    const channel = channelOf(discord, parameters.channel_id);
    if (channel.thread === undefined) {
      channelOf(discord, channel.id, Permissions.ManageChannels);
      Object.assign(channel, body.name !== undefined && { name: body.name });
      discord.happenings.tellChannel(channel);
    } else {
      if (channel.thread.ownerId !== ids.bot) channelOf(discord, channel.id, Permissions.ManageThreads);
      if (channel.thread.isArchived && body.archived !== false) throw refusals.archived();
      discord.happenings.setThread(channel, {
        ...(body.archived !== undefined && { isArchived: body.archived }),
        ...(body.locked !== undefined && { isLocked: body.locked }),
        ...(body.name !== undefined && { name: body.name }),
      });
    }
    return ok(channelPayload(discord.world, channel));
  },

  "DELETE /channels/{channel_id}": ({ parameters }, discord) => {
    const channel = channelOf(discord, parameters.channel_id, Permissions.ManageChannels);
    const payload = channelPayload(discord.world, channel);
    discord.happenings.removeChannel(channel);
    return ok(payload);
  },

  "POST /channels/{channel_id}/messages/{message_id}/threads": ({ parameters, body }, discord) => {
    const parent = channelOf(discord, parameters.channel_id, Permissions.CreatePublicThreads);
    const from = messageOf(parent, parameters.message_id);
    if (discord.world.channels.has(from.id)) throw refusals.threadExists();
    const owner = discord.world.account(ids.bot);
    const thread = discord.happenings.startThread(parent, { name: body.name, owner, from });
    return { status: 201, body: channelPayload(discord.world, thread) };
  },

  "POST /channels/{channel_id}/threads": ({ parameters, body }, discord) => {
    const parent = channelOf(discord, parameters.channel_id, Permissions.CreatePublicThreads);
    const isPrivate = body.type === channelTypes.privateThread;
    const owner = discord.world.account(ids.bot);
    const thread = discord.happenings.startThread(parent, { name: body.name, owner, isPrivate });
    return { status: 201, body: channelPayload(discord.world, thread) };
  },

  "PUT /channels/{channel_id}/thread-members/@me": ({ parameters }, discord) => {
    const thread = channelOf(discord, parameters.channel_id);
    if (thread.thread?.isArchived) throw refusals.archived();
    discord.happenings.joinThread(thread, ids.bot);
    return done;
  },

  "DELETE /channels/{channel_id}/thread-members/@me": ({ parameters }, discord) => {
    channelOf(discord, parameters.channel_id).thread?.members.delete(ids.bot);
    return done;
  },

  "GET /channels/{channel_id}/thread-members": ({ parameters }, discord) => {
    const { id, thread } = channelOf(discord, parameters.channel_id);
    return ok([...(thread?.members ?? [])].map((userId) => threadMemberPayload(id, userId)));
  },

  "GET /guilds/{guild_id}/threads/active": ({ parameters }, { world }) => {
    const threads = [...world.channels.values()].filter(
      ({ guildId, thread }) => guildId === parameters.guild_id && thread !== undefined && !thread.isArchived,
    );
    const members = threads.filter(({ thread }) => thread?.members.has(ids.bot));
    return ok({
      threads: threads.map((thread) => channelPayload(world, thread)),
      members: members.map(({ id }) => threadMemberPayload(id, ids.bot)),
      has_more: false,
    });
  },
};

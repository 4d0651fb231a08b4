import { PermissionFlagsBits as Permissions } from "discord.js";
import { channelOf, type Discord, done, guildOf, ok, type Request, type Routes } from "../discord.ts";
import { refusals } from "../errors.ts";
import { userPayload } from "../payloads.ts";
import { refuseUnfit } from "../unfit.ts";
import { ids, type Webhook } from "../world.ts";
import { deleteFollowUp, editFollowUp, followUp, readFollowUp } from "./interactions.ts";
import { changeMessage, draftFrom, messageOf } from "./messages.ts";

const maxWebhooks = 15;
/** Messages of webhooks and of interactions have the same paths; an interaction's webhook is the application. */
const isInteraction = ({ parameters }: Request) => parameters.webhook_id === ids.bot;

export const webhookRoutes: Routes = {
  "POST /channels/{channel_id}/webhooks": ({ parameters, body }, discord) => {
    const { world, gateway } = discord;
    const channel = channelOf(discord, parameters.channel_id, Permissions.ManageWebhooks);
    if (webhooksIn(discord, channel.id).length >= maxWebhooks) throw refusals.tooManyWebhooks();
    refuseUnfitName(body.name);
    const id = world.newId();
    const webhook: Webhook = {
      id,
      token: `webhook-token-${id}`,
      name: body.name,
      avatar: body.avatar == null ? null : "0".repeat(32),
      channelId: channel.id,
      guildId: channel.guildId ?? "",
      ownerId: ids.bot,
    };
    world.webhooks.set(id, webhook);
    gateway.dispatch("WEBHOOKS_UPDATE", { guild_id: channel.guildId, channel_id: channel.id }, channel);
    return ok(webhookPayload(discord, webhook));
  },

  "GET /channels/{channel_id}/webhooks": ({ parameters }, discord) => {
    const channel = channelOf(discord, parameters.channel_id, Permissions.ManageWebhooks);
    return ok(webhooksIn(discord, channel.id).map((webhook) => webhookPayload(discord, webhook)));
  },

  "GET /guilds/{guild_id}/webhooks": ({ parameters }, discord) => {
    const { id } = guildOf(discord, parameters.guild_id);
    const webhooks = [...discord.world.webhooks.values()].filter(({ guildId }) => guildId === id);
    return ok(webhooks.map((webhook) => webhookPayload(discord, webhook)));
  },

  "GET /webhooks/{webhook_id}": ({ parameters }, discord) =>
    ok(webhookPayload(discord, webhookOf(discord, parameters.webhook_id))),

  "DELETE /webhooks/{webhook_id}": ({ parameters }, discord) => {
    const webhook = webhookOf(discord, parameters.webhook_id);
    channelOf(discord, webhook.channelId, Permissions.ManageWebhooks);
    discord.world.webhooks.delete(webhook.id);
    return done;
  },

  "PATCH /webhooks/{webhook_id}": ({ parameters, body }, discord) => {
    const webhook = webhookOf(discord, parameters.webhook_id);
    if (body.name !== undefined) {
      refuseUnfitName(body.name);
      webhook.name = body.name;
    }
    if (body.channel_id !== undefined) webhook.channelId = body.channel_id;
    if (body.avatar !== undefined) webhook.avatar = body.avatar === null ? null : "0".repeat(32);
    return ok(webhookPayload(discord, webhook));
  },

  "POST /webhooks/{webhook_id}/{webhook_token}": (request, discord) => {
    if (isInteraction(request)) return followUp(request, discord);
    const { query, body } = request;
    const webhook = webhookWithToken(discord, request);
    const channel = discord.world.channels.get(query.thread_id ?? webhook.channelId);
    if (channel === undefined) throw refusals.unknownChannel();
    refuseUnfit(channel, request);
    if (body.username != null) refuseUnfitName(body.username);
    const message = discord.happenings.post(channel, {
      ...draftFrom(discord, request),
      author: {
        id: webhook.id,
        username: body.username ?? webhook.name,
        globalName: null,
        isBot: true,
        avatar: webhook.avatar,
      },
      webhookId: webhook.id,
      about: { application_id: ids.bot },
    });
    discord.deeds.sent.push({ ...body, content: body.content ?? "", id: message.id, channel: channel.id });
    return query.wait === "true" ? ok(message) : done;
  },

  "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original": readFollowUp,
  "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": editFollowUp,
  "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original": deleteFollowUp,

  "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (request, discord) =>
    isInteraction(request) ? readFollowUp(request, discord) : ok(webhookMessage(discord, request)),

  "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (request, discord) =>
    isInteraction(request)
      ? editFollowUp(request, discord)
      : ok(changeMessage(discord, webhookMessage(discord, request), request)),

  "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (request, discord) => {
    if (isInteraction(request)) return deleteFollowUp(request, discord);
    const message = webhookMessage(discord, request);
    discord.happenings.remove(discord.world.channel(message.channel_id), [message]);
    return done;
  },
};

/** Nobody may look like Discord itself. */
function refuseUnfitName(name: string): void {
  if (/discord|clyde/i.test(name) || ["everyone", "here"].includes(name)) throw refusals.invalidForm();
}

function webhooksIn({ world }: Discord, channelId: string): Webhook[] {
  return [...world.webhooks.values()].filter((webhook) => webhook.channelId === channelId);
}

function webhookOf({ world }: Discord, id: string | undefined): Webhook {
  const webhook = world.webhooks.get(id ?? "");
  if (webhook === undefined) throw refusals.unknownWebhook();
  return webhook;
}

function webhookWithToken(discord: Discord, { parameters }: Request): Webhook {
  const webhook = webhookOf(discord, parameters.webhook_id);
  if (webhook.token !== parameters.webhook_token) throw refusals.badWebhookToken();
  return webhook;
}

function webhookMessage(discord: Discord, request: Request) {
  const webhook = webhookWithToken(discord, request);
  const channelId = request.query.thread_id ?? webhook.channelId;
  const message = messageOf(discord.world.channel(channelId), request.parameters.message_id);
  if (message.webhook_id !== webhook.id) throw refusals.unknownMessage();
  return message;
}

function webhookPayload({ world, settings }: Discord, webhook: Webhook) {
  const { id, name, avatar, channelId, guildId, token, ownerId } = webhook;
  const isOwn = ownerId === ids.bot;
  return {
    id,
    type: 1,
    name,
    avatar,
    channel_id: channelId,
    guild_id: guildId,
    application_id: isOwn ? ids.bot : null,
    user: userPayload(world.account(ownerId)),
    ...(isOwn && { token, url: `http://${settings.address}/api/webhooks/${id}/${token}` }),
  };
}

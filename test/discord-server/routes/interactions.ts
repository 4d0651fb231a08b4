import type { APIMessage } from "discord.js";
import { type Discord, done, ok, type Reply, type Request, type Routes } from "../discord.ts";
import { refusals } from "../errors.ts";
import { callbackTypes, type Interaction, interactionTypes } from "../interactions.ts";
import { composeMessage } from "../messages.ts";
import { userPayload } from "../payloads.ts";
import { componentsFrom } from "../shapes.ts";
import { refuseUnfit } from "../unfit.ts";
import { ids } from "../world.ts";
import { changeMessage, draftFrom } from "./messages.ts";

const ephemeral = 1 << 6;
const loading = 1 << 7;
const maxFollowUps = 5;

export const interactionRoutes: Routes = {
  "POST /interactions/{interaction_id}/{interaction_token}/callback": (request, discord) => {
    const { parameters, query, body } = request;
    const interaction = discord.interactions.toAcknowledge(
      parameters.interaction_id,
      parameters.interaction_token,
    );
    refuseUnfitCallback(interaction, body.type);
    const data = { ...request, body: body.data ?? {} };
    if (body.type === callbackTypes.message) {
      refuseUnfit(interaction.channel, data);
      interaction.original = say(discord, interaction, data);
      discord.deeds.answers.push(interaction.original.content);
    } else if (body.type === callbackTypes.deferred) {
      const flags = (data.body.flags ?? 0) | loading;
      interaction.original = say(discord, interaction, { ...data, body: { flags } });
    } else if (body.type === callbackTypes.update) {
      interaction.original = change(discord, interaction.message as APIMessage, data);
      discord.deeds.answers.push(interaction.original.content);
    } else if (body.type === callbackTypes.deferredUpdate) interaction.original = interaction.message;
    else if (body.type === callbackTypes.choices) interaction.choices = body.data.choices ?? [];
    else if (body.type === callbackTypes.modal) {
      const components = componentsFrom(discord.world, body.data.components);
      interaction.modal = { ...body.data, components };
    }
    interaction.acknowledged = body.type;
    return query.with_response === "true" ? ok(callbackResponse(interaction)) : done;
  },
};

/** What is said to an interaction after the first answer goes by the paths of webhooks. */
export function followUp(request: Request, discord: Discord): Reply {
  const interaction = discord.interactions.toFollowUp(request.parameters.webhook_token);
  refuseUnfit(interaction.channel, request);
  if (isLoading(interaction.original)) return ok(editOriginal(request, discord, interaction));
  const isGuest = discord.interactions.isOnlyUserInstalled(interaction);
  if (isGuest && interaction.followUps.length >= maxFollowUps) throw refusals.tooManyFollowUps();
  const message = say(discord, interaction, request);
  interaction.followUps.push(message);
  discord.deeds.answers.push(message.content);
  return ok(message);
}

export function readFollowUp({ parameters }: Request, discord: Discord): Reply {
  return ok(followUpOf(discord.interactions.toFollowUp(parameters.webhook_token), parameters.message_id));
}

export function editFollowUp(request: Request, discord: Discord): Reply {
  const { webhook_token, message_id } = request.parameters;
  const interaction = discord.interactions.toFollowUp(webhook_token);
  const message = followUpOf(interaction, message_id);
  if (message === interaction.original) return ok(editOriginal(request, discord, interaction));
  return ok(change(discord, message, request));
}

export function deleteFollowUp({ parameters }: Request, discord: Discord): Reply {
  const interaction = discord.interactions.toFollowUp(parameters.webhook_token);
  const message = followUpOf(interaction, parameters.message_id);
  if (message === interaction.original) interaction.original = undefined;
  interaction.followUps = interaction.followUps.filter((each) => each !== message);
  const { channel } = interaction;
  if (channel.messages.includes(message)) discord.happenings.remove(channel, [message]);
  return done;
}

function editOriginal(request: Request, discord: Discord, { original }: Interaction): APIMessage {
  if (original === undefined) throw refusals.unknownMessage();
  if (isLoading(original)) discord.deeds.answers.push(request.body.content ?? "");
  original.flags = ((original.flags ?? 0) & ~loading) as APIMessage["flags"] & number;
  return change(discord, original, request);
}

/** A message that only one person sees is in no channel, and no session hears of it. */
function say(discord: Discord, interaction: Interaction, request: Request): APIMessage {
  const { world, happenings } = discord;
  const { channel, original, message } = interaction;
  const draft = {
    author: world.account(ids.bot),
    ...draftFrom(discord, request),
    replyingTo: original ?? message,
    pinging: false,
    type: original !== undefined || message !== undefined ? 19 : typeOf(interaction),
    webhookId: ids.bot,
    about: { application_id: ids.bot, interaction_metadata: metadataOf(interaction) },
  };
  interaction.isEphemeral ||= original === undefined && isEphemeral(request.body.flags);
  if (!isEphemeral(request.body.flags)) return happenings.post(channel, draft);
  const composed = composeMessage(world, channel, draft);
  happenings.checkMessage("an answer to one person", composed);
  return composed;
}

function change(discord: Discord, message: APIMessage, request: Request): APIMessage {
  return changeMessage(discord, message, request);
}

function isEphemeral(flags: number | undefined): boolean {
  return ((flags ?? 0) & ephemeral) !== 0;
}

function isLoading(message: APIMessage | undefined): boolean {
  return ((message?.flags ?? 0) & loading) !== 0;
}

function typeOf({ data }: Interaction): number {
  return data.type === 1 ? 20 : 23;
}

function metadataOf({ id, type, user, message, data }: Interaction): object {
  const common = { id, type, user: userPayload(user), authorizing_integration_owners: {} };
  if (type === interactionTypes.component) return { ...common, interacted_message_id: message?.id };
  if (type !== interactionTypes.modal) return common;
  return { ...common, triggering_interaction_metadata: data.trigger ?? { ...common, type: 2 } };
}

function followUpOf({ original, followUps }: Interaction, id: string | undefined): APIMessage {
  const message =
    id === undefined || id === "@original"
      ? original
      : [original, ...followUps].find((each) => each?.id === id);
  if (message === undefined) throw refusals.unknownMessage();
  return message;
}

function callbackResponse(interaction: Interaction): object {
  const { id, type, original, acknowledged, channel } = interaction;
  const isMessage = acknowledged === callbackTypes.message || acknowledged === callbackTypes.update;
  return {
    interaction: {
      id,
      type,
      channel_id: channel.id,
      ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
      ...(original !== undefined && {
        response_message_id: original.id,
        response_message_loading: isLoading(original),
        response_message_ephemeral: isEphemeral(original.flags),
      }),
    },
    ...(isMessage && { resource: { type: acknowledged, message: original } }),
  };
}

function refuseUnfitCallback({ type, message }: Interaction, callback: number): void {
  const isAutocomplete = type === interactionTypes.autocomplete;
  const isUpdate = callback === callbackTypes.update || callback === callbackTypes.deferredUpdate;
  if (isAutocomplete !== (callback === callbackTypes.choices)) throw refusals.invalidForm();
  if (isUpdate && message === undefined) throw refusals.invalidForm();
  if (type === interactionTypes.modal && callback === callbackTypes.modal) throw refusals.invalidForm();
}

import type { APIMessage } from "discord.js";
import { refusals } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { channelPayload, memberPayload, userPayload } from "./payloads.ts";
import { type Account, type Channel, channelTypes, ids, type World } from "./world.ts";

export const interactionTypes = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

export interface Modal {
  custom_id: string;
  title: string;
  components: Record<string, unknown>[];
}

export interface Choice {
  name: string;
  value: string | number;
}

/** A command, a click, a form that was sent, or a question for what may be typed. */
export interface Interaction {
  id: string;
  token: string;
  type: (typeof interactionTypes)[keyof typeof interactionTypes];
  channel: Channel;
  user: Account;
  data: Record<string, unknown>;
  /** The message whose component was used. */
  message: APIMessage | undefined;
  startedAt: number;
  /** The kind of the bot's first answer. */
  acknowledged: number | undefined;
  isEphemeral: boolean;
  /** The first answer, once there is one to read; a deferred one is there before its words. */
  original: APIMessage | undefined;
  followUps: APIMessage[];
  modal: Modal | undefined;
  choices: Choice[] | undefined;
}

export const callbackTypes = {
  message: 4,
  deferred: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;
/** A token is good for a quarter of an hour. */
const tokenLifeMs = 15 * 60_000;

/** What people ask of the bot by commands and components. */
export class Interactions {
  readonly all: Interaction[] = [];
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #acknowledgeWithinMs: number;

  constructor(world: World, gateway: Gateway, acknowledgeWithinMs: number) {
    this.#world = world;
    this.#gateway = gateway;
    this.#acknowledgeWithinMs = acknowledgeWithinMs;
  }

  start(asked: Pick<Interaction, "type" | "channel" | "user" | "data"> & Partial<Interaction>): Interaction {
    const interaction: Interaction = {
      id: this.#world.newId(),
      token: `interaction-token-${this.all.length}`,
      message: undefined,
      startedAt: Date.now(),
      acknowledged: undefined,
      isEphemeral: false,
      original: undefined,
      followUps: [],
      modal: undefined,
      choices: undefined,
      ...asked,
    };
    this.all.push(interaction);
    this.#gateway.dispatch("INTERACTION_CREATE", this.#payload(interaction));
    return interaction;
  }

  /** The interaction that a callback answers: it is known, and nobody has answered it yet. */
  toAcknowledge(id: string | undefined, token: string | undefined): Interaction {
    const interaction = this.all.find((each) => each.id === id && each.token === token);
    if (interaction === undefined) throw refusals.unknownInteraction();
    if (interaction.acknowledged !== undefined) throw refusals.alreadyAcknowledged();
    if (Date.now() - interaction.startedAt > this.#acknowledgeWithinMs) throw refusals.unknownInteraction();
    return interaction;
  }

  /** The interaction that something more is said to. */
  toFollowUp(token: string | undefined): Interaction {
    const interaction = this.all.find((each) => each.token === token);
    if (interaction === undefined || interaction.acknowledged === undefined) throw refusals.unknownWebhook();
    if (Date.now() - interaction.startedAt > tokenLifeMs) throw refusals.badWebhookToken();
    return interaction;
  }

  /** Whether the bot is there as somebody's own app only. */
  isOnlyUserInstalled({ channel }: Interaction): boolean {
    if (channel.type === channelTypes.direct) return false;
    return !this.#world.isBotIn(channel.guildId);
  }

  #payload(interaction: Interaction): object {
    const { id, token, type, channel, user, data, message } = interaction;
    const world = this.#world;
    const guild = world.guildOf(channel);
    const member = guild?.members.get(user.id);
    const account = userPayload(user);
    return {
      id,
      application_id: ids.bot,
      type,
      token,
      version: 1,
      channel_id: channel.id,
      channel: channelPayload(world, channel),
      context: contextOf(channel),
      locale: "en-GB",
      entitlements: [],
      authorizing_integration_owners: this.#owners(interaction),
      attachment_size_limit: 10 * 1024 * 1024,
      app_permissions: String(world.permissionsOf(ids.bot, channel)),
      data,
      ...(message !== undefined && { message }),
      ...(guild === undefined
        ? { user: account }
        : {
            guild_id: guild.id,
            guild: { id: guild.id, locale: "en-GB", features: [] },
            guild_locale: "en-GB",
            member: {
              ...(member === undefined ? {} : memberPayload(member)),
              user: account,
              permissions: String(world.permissionsOf(user.id, channel)),
            },
          }),
    };
  }

  /** By whose installation the bot is asked: a server's (0), or a person's (1). */
  #owners(interaction: Interaction): object {
    const { channel, user } = interaction;
    if (this.isOnlyUserInstalled(interaction)) return { "1": user.id };
    return { "0": channel.guildId ?? "0" };
  }
}

function contextOf({ type, guildId }: Channel): number {
  if (guildId !== undefined) return 0;
  return type === channelTypes.direct ? 1 : 2;
}

import {
  type Client,
  DiscordAPIError,
  LimitedCollection,
  type Message,
  RESTJSONErrorCodes,
  type SendableChannels,
  type Webhook,
  type WebhookType,
} from "discord.js";
import type { Outgoing } from "../messages/index.ts";
import type { StateFile } from "../people/index.ts";
import { type Appearance, hasLook, type Looks, rememberLook } from "./look.ts";

interface WebhooksOptions {
  looks: Looks;
  state: StateFile;
  /** Told why the bot's own account speaks in a channel where a webhook would, once. */
  warn(channel: string, error: unknown): void;
}

type OwnWebhook = Webhook<WebhookType.Incoming>;

/** What Discord calls the webhook of those who have no picture of their own. */
const sharedName = "persona";
/** Messages that are known by the webhook that said them, to be taken back. */
const maxRemembered = 500;

/** Lets somebody else than the bot's own account be seen to speak: under their name, with their picture. */
export class Webhooks {
  readonly #client: Client;
  readonly #options: WebhooksOptions;
  /** By channel and name of the webhook; undefined where there can be none. */
  readonly #found = new Map<string, Promise<OwnWebhook | undefined>>();
  readonly #said = new LimitedCollection<string, { webhook: OwnWebhook; threadId: string | undefined }>({
    maxSize: maxRemembered,
  });
  readonly #refused = new Set<string>();

  constructor(client: Client, options: WebhooksOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** @returns The message, or undefined where this cannot be: the bot's own account says it then. */
  async send(place: SendableChannels, name: string, said: Outgoing): Promise<Message | undefined> {
    const home = homeOf(place);
    if (home === undefined) return undefined;
    try {
      const look = await this.#options.looks.of(name);
      return await this.#say(home, look, said).catch((error) => {
        // Somebody has removed it: it is looked for, or made, once more.
        if (!isGone(error)) throw error;
        this.#found.clear();
        return this.#say(home, look, said);
      });
    } catch (error) {
      this.#sayRefusal(home.id, error);
      return undefined;
    }
  }

  /** @returns Whether a webhook has said it, and has taken it back. */
  async takeBack(messageId: string): Promise<boolean> {
    const said = this.#said.get(messageId);
    if (said === undefined) return false;
    await said.webhook.deleteMessage(messageId, said.threadId);
    return this.#said.delete(messageId);
  }

  async #say({ channel, threadId }: Home, look: Appearance, said: Outgoing): Promise<Message | undefined> {
    const webhook = await this.#webhookIn(channel, look);
    if (webhook === undefined) return undefined;
    const thread = threadId === undefined ? {} : { threadId };
    const message = await webhook.send({
      ...said,
      username: look.name,
      allowedMentions: { parse: [] },
      ...thread,
    });
    this.#said.set(message.id, { webhook, threadId });
    return message;
  }

  #webhookIn(channel: Home["channel"], look: Appearance): Promise<OwnWebhook | undefined> {
    const name = look.avatar === undefined ? sharedName : `${sharedName} ${look.name}`;
    const key = `${channel.id} ${name} ${look.hash}`;
    const known = this.#found.get(key) ?? this.#find(channel, name, look);
    this.#found.set(key, known);
    known.catch(() => this.#found.delete(key));
    return known;
  }

  /** A channel has fifteen: those that were made before are used again, and where there is room for none, any of them. */
  async #find(channel: Home["channel"], name: string, look: Appearance): Promise<OwnWebhook | undefined> {
    const all = await channel.fetchWebhooks();
    const own = [...all.values()].filter((each): each is OwnWebhook => this.#isOwn(each));
    const found = own.find((each) => each.name === name);
    const webhook = found ?? (await this.#make(channel, name, look)) ?? own[0];
    if (found === undefined || look.avatar === undefined || hasLook(this.#options.state, found.id, look))
      return webhook;
    await found.edit({ avatar: look.avatar });
    await rememberLook(this.#options.state, found.id, look);
    return found;
  }

  async #make(channel: Home["channel"], name: string, look: Appearance): Promise<OwnWebhook | undefined> {
    try {
      const made = await channel.createWebhook({ name, ...(look.avatar && { avatar: look.avatar }) });
      await rememberLook(this.#options.state, made.id, look);
      return made;
    } catch (error) {
      if (
        !(
          error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.MaximumNumberOfWebhooksReached
        )
      )
        throw error;
      this.#sayRefusal(channel.id, error);
      return undefined;
    }
  }

  /** Only those that this application made can be spoken with. */
  #isOwn(webhook: Webhook): boolean {
    return (
      webhook.isIncoming() && webhook.token !== null && webhook.applicationId === this.#client.application?.id
    );
  }

  /** Said once for each channel. */
  #sayRefusal(channel: string, error: unknown): void {
    if (this.#refused.has(channel)) return;
    this.#refused.add(channel);
    this.#options.warn(channel, error);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownWebhook;
}

type WithWebhooks = Extract<SendableChannels, { createWebhook: unknown }>;

interface Home {
  id: string;
  channel: WithWebhooks;
  threadId: string | undefined;
}

/** The channel that has the webhooks of a place; undefined for direct messages. */
function homeOf(place: SendableChannels): Home | undefined {
  const channel = place.isThread() ? place.parent : place;
  if (channel === null || !("createWebhook" in channel)) return undefined;
  return {
    id: place.id,
    channel: channel as WithWebhooks,
    threadId: place.isThread() ? place.id : undefined,
  };
}

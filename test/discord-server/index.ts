/**
 * A stand-in for Discord that the real client talks to: its REST API and its gateway on one local port.
 *
 *     const server = await startDiscordServer();
 *     const bot = await startBot({ …, token: goodToken, discordApi: server.api });
 *
 *     const ben = server.friend("Ben");
 *     const zoe = server.friend("Zoe", { servers: [ids.server] });
 *     ben.says("hi");                                            // to the bot alone
 *     const message = zoe.says("who is in?", { in: ids.busy });  // in a channel; `at`, `poll`, `stickers`, `attachments` …
 *     ben.replies(message, "me", { pinging: false });
 *     const [first] = await server.untilSaid(1, { in: ids.busy });
 *
 *     await ben.types("/persona use name:Ana", { in: ids.busy }).words();
 *     const answer = await ben.uses("Regenerate", first).answer();
 *     ben.clicks(answer, "Left");
 *     await (await ben.submits(ben.clicks(answer, "Wrong"), { "Better words": "…" })).words();
 *
 * Only what is registered can be typed, only what is there can be clicked. Whatever either side says to the other is
 * held against Discord's published description: `close` fails where anything differed, and `violations` tells what.
 * `fails`, `limits`, `forbid`, `drop` and their like make Discord misbehave as it does.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type APIMessage, PermissionFlagsBits } from "discord.js";
import type { Violation } from "./description/index.ts";
import type { Deeds, Discord, Sent, Settings } from "./discord.ts";
import { type Fault, Faults } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { Happenings } from "./happenings.ts";
import { privileged } from "./intents.ts";
import { Interactions } from "./interactions.ts";
import type { Asked } from "./people/asked.ts";
import { Friend } from "./people/friend.ts";
import { until } from "./people/waiting.ts";
import { type RateLimit, RateLimits } from "./rate-limits.ts";
import { type Handled, Rest } from "./rest.ts";
import { channelTypes, ids, World } from "./world.ts";
import { type Written, writtenBy } from "./written.ts";

export { Refusal, refusals } from "./errors.ts";
export { Asked } from "./people/asked.ts";
export { Friend } from "./people/friend.ts";
export { directChannel, ids } from "./world.ts";
export type { Sent };

export interface DiscordServer extends Deeds {
  /** For `rest.api`. */
  readonly api: string;
  readonly heartbeats: number;
  /** How many bots are connected. */
  readonly connections: number;
  readonly discord: Discord;
  readonly gateway: Gateway;
  /** Where the client or this server said what Discord's description does not allow. */
  readonly violations: Violation[];
  /** Every request that came, in order, with the status of its answer. */
  readonly requests: Handled[];
  requestsTo(operation: string): Handled[];

  /** Somebody by name, who is made up unless they are there; they are friends of the bot in these servers. */
  friend(name: string, where?: { servers?: string[] }): Friend;
  /** A channel of a server by name, made unless it is there; returns its id. */
  channel(
    name: string,
    options?: { server?: string; type?: keyof typeof channelTypes; parent?: string },
  ): string;
  /** A further server; the bot joins unless it is told not to. Returns its id. */
  addServer(name: string, options?: { owner?: Friend; isBotThere?: boolean }): string;
  /** A group of people, in which the bot is not: only who installed it can use it there. */
  group(...friends: Friend[]): string;
  /** Messages of a channel, the oldest first. */
  messages(channel: string): APIMessage[];
  /** What the bot said, anywhere or in one channel, by itself, by its webhooks, or to interactions. */
  said(where?: { in?: string }): APIMessage[];
  /** Waits until the bot has said so many things, or these words; resolves with all that it said. */
  untilSaid(what: number | string | RegExp, where?: { in?: string }): Promise<APIMessage[]>;

  /** Archives, opens, locks or renames a thread. */
  setThread(thread: string, changes: { isArchived?: boolean; isLocked?: boolean; name?: string }): void;
  /** Somebody removes the bot from a server. */
  removeBot(server: string): void;
  deleteChannel(channel: string): void;
  /** Takes permissions from the bot in a channel, and tells it. */
  forbid(channel: string, ...permissions: (keyof typeof PermissionFlagsBits)[]): void;
  /** AutoMod keeps words out of a channel. */
  block(channel: string, words: RegExp): void;
  /** Requests fail, are slow, or break off. */
  fails(fault: Fault): void;
  /** Ends all of that. */
  recovers(): void;
  /** Limits an operation by a bucket for each channel; without one, all requests together. */
  limits(limit: RateLimit, operation?: string): void;
  /** Somebody resets the token. */
  revokeToken(): void;
  /** Switches the Message Content intent of the application on or off. */
  setMessageContentIntent(isOn: boolean): void;
  /** Drops every connection, as a network does. */
  drop(): void;

  /** Somebody writes; `friend` says the same in other words. */
  write(written: Written): APIMessage;
  command(name: string, channel: string): Asked;
  /** Ends it; fails where anything differed from Discord's description. */
  close(): Promise<void>;
}

export const goodToken = "MTIz.test.token";

export async function startDiscordServer({
  hasMessageContentIntent = true,
  refuses = (_channel: string): boolean => false,
  refusesCommands = false,
  heartbeatMs = 500,
  heartbeatToleranceMs = 20_000,
  acknowledgeWithinMs = 3000,
} = {}): Promise<DiscordServer> {
  const http = createServer((request, response) => void rest.answer(request, response));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const settings: Settings = {
    address,
    token: goodToken,
    hasMessageContentIntent,
    refuses,
    refusesCommands,
    acknowledgeWithinMs,
  };
  const world = new World();
  const violations: Violation[] = [];
  const gateway = new Gateway(http, world, {
    address,
    heartbeatMs,
    heartbeatToleranceMs,
    isTokenGood: (token) => token === goodToken && !rest.isTokenRevoked,
    switchedOn: () => (settings.hasMessageContentIntent ? privileged.content : 0),
  });
  const happenings = new Happenings(world, gateway, violations);
  const interactions = new Interactions(world, gateway, acknowledgeWithinMs);
  const deeds: Deeds = { sent: [], typed: [], answers: [], commands: [] };
  const faults = new Faults();
  const rateLimits = new RateLimits();
  const discord: Discord = {
    ...{ world, gateway, happenings, interactions, faults, rateLimits, deeds, violations, settings },
  };
  const rest = new Rest(discord);

  function friend(name: string, { servers = [ids.server] }: { servers?: string[] } = {}): Friend {
    const username = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "_");
    const account =
      [...world.accounts.values()].find((each) => each.globalName === name) ??
      world.addAccount({ username, globalName: name });
    for (const server of servers) {
      const guild = world.guilds.get(server);
      if (guild !== undefined && !guild.members.has(account.id)) world.joins(guild, account.id);
    }
    return new Friend(discord, account);
  }

  function said({ in: place }: { in?: string } = {}): APIMessage[] {
    const channels = place === undefined ? [...world.channels.values()] : [world.channel(place)];
    const messages = channels.flatMap((channel) => channel.messages);
    const own = messages.filter(
      (message) => message.author.id === ids.bot || message.application_id === ids.bot,
    );
    return own.toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  }

  return {
    ...deeds,
    api: `http://${address}/api`,
    discord,
    gateway,
    violations,
    requests: rest.handled,
    requestsTo: (operation) => rest.handled.filter(({ name }) => name === operation),
    get heartbeats() {
      return gateway.heartbeats;
    },
    get connections() {
      return gateway.connections;
    },
    friend,
    channel(name, { server = ids.server, type = "text", parent } = {}) {
      const there = [...world.channels.values()].find(
        (each) => each.name === name && each.guildId === server,
      );
      if (there !== undefined) return there.id;
      const place = { name, guildId: server, type: channelTypes[type] };
      const channel = world.addChannel({ ...place, ...(parent !== undefined && { parentId: parent }) });
      happenings.tellChannel(channel, "CHANNEL_CREATE");
      return channel.id;
    },
    addServer(name, { owner, isBotThere = true } = {}) {
      const guild = world.addGuild({ name, ownerId: owner?.id ?? ids.ben });
      world.joins(guild, guild.ownerId);
      if (isBotThere) {
        world.joins(guild, ids.bot);
        happenings.tellServer(guild);
      }
      return guild.id;
    },
    group: (...friends) =>
      world.addChannel({ type: channelTypes.group, recipients: friends.map(({ id }) => id) }).id,
    messages: (channel) => world.channel(channel).messages,
    said,
    async untilSaid(what, where) {
      const isThere = (messages: APIMessage[]) =>
        typeof what === "number"
          ? messages.length >= what
          : messages.some(({ content }) =>
              typeof what === "string" ? content === what : what.test(content),
            );
      const otherwise = () =>
        `The bot did not say ${what}, but: ${JSON.stringify(said(where).map((m) => m.content))}.`;
      await until(() => isThere(said(where)), otherwise);
      return said(where);
    },
    setThread: (thread, changes) => happenings.setThread(world.channel(thread), changes),
    removeBot: (server) => happenings.removeBot(server),
    deleteChannel: (channel) => happenings.removeChannel(world.channel(channel)),
    forbid(id, ...permissions) {
      const channel = world.channel(id);
      for (const permission of permissions) channel.denied |= PermissionFlagsBits[permission];
      happenings.tellChannel(channel);
    },
    block(channel, words) {
      world.channel(channel).blocked = words;
    },
    fails: (fault) => faults.add(fault),
    recovers: () => faults.clear(),
    limits: (limit, operation) =>
      operation === undefined ? rateLimits.setGlobal(limit) : rateLimits.set(operation, limit),
    revokeToken() {
      rest.isTokenRevoked = true;
      gateway.drop(4004);
    },
    setMessageContentIntent(isOn) {
      settings.hasMessageContentIntent = isOn;
    },
    drop: () => gateway.drop(),
    write: (written) => writtenBy(discord, written),
    command: (name, channel) =>
      new Friend(discord, world.account(ids.ben)).types(`/${name}`, { in: channel }),
    async close() {
      gateway.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      if (violations.length > 0)
        throw new Error(
          `What was said is not what Discord's description allows: ${JSON.stringify(violations, null, 1)}`,
        );
    },
  };
}

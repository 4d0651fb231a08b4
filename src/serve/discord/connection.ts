import { SimpleShardingStrategy, type WebSocketManager } from "@discordjs/ws";
import { Client, Events, GatewayIntentBits, Partials } from "discord.js";
import type { Logger } from "pino";
import type { Channels } from "./channels/index.ts";
import { isTypedCommand } from "./commands/index.ts";
import { describeError } from "./failures.ts";
import { type Hearing, readBack } from "./hearing/index.ts";
import { refusesIntents } from "./login.ts";
import { twinOf } from "./twins.ts";
import type { Cast } from "./voices/index.ts";

/** @param isReading Whether it may read what does not speak to it: without that, it only sees direct messages, mentions and pinged replies. */
export function newClient(discordApi: string | undefined, isReading: boolean, leaving: AbortSignal): Client {
  return new Client({
    ws: { buildStrategy: (manager) => untilLeaving(manager, leaving) },
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.GuildMessageTyping,
      GatewayIntentBits.DirectMessages,
      GatewayIntentBits.DirectMessageTyping,
      ...(isReading ? [GatewayIntentBits.MessageContent] : []),
    ],
    // A direct message may come from a channel that was never seen, and an old message may be edited.
    partials: [Partials.Channel, Partials.Message],
    // The persona writes what it likes: nothing of it may ping anybody.
    allowedMentions: { parse: [], repliedUser: false },
    rest: { timeout: 30_000, ...(discordApi !== undefined && { api: discordApi }) },
  });
}

/** By itself, a client that is destroyed while Discord is away goes on connecting, and keeps the process alive. */
function untilLeaving(manager: WebSocketManager, leaving: AbortSignal): SimpleShardingStrategy {
  const { options } = manager;
  const retrieve = options.retrieveSessionInfo;
  // It is asked for before each connection.
  options.retrieveSessionInfo = (shard) => (leaving.aborted ? new Promise(() => {}) : retrieve(shard));
  return new SimpleShardingStrategy(manager);
}

interface Listening {
  hearing: Hearing;
  channels: Channels;
  cast: Cast;
  /** The conversations that were remembered when this process began. */
  remembered: string[];
  mayReadBack: () => boolean;
  tellOwner: (words: string) => void;
  log: Logger;
  /** Raised when the bot leaves Discord. */
  signal: AbortSignal;
}

/** Hands on what Discord tells of, from the first moment on. */
export function listen(client: Client, listening: Listening): void {
  const { hearing, log } = listening;
  let isSilenced = false;
  client.on(Events.MessageCreate, (message) => {
    const twin = twinOf(message);
    if (twin !== undefined && !isSilenced) {
      isSilenced = twin.isNewer;
      noticeTwin(client, isSilenced, listening);
    }
    if (!isSilenced && !isTypedCommand(message)) hearing.hear(message);
  });
  client.on(Events.MessageUpdate, (before, message) => hearing.edit(before, message));
  client.on(Events.Raw, (packet: Packet) => hearPacket(packet, listening));
  client.on(Events.Error, (error) => log.error({ error: describeError(error) }, "the Discord client failed"));
  client.on(Events.ShardError, (error) => {
    // It is told with what is lost, once the bot is there without them.
    if (!refusesIntents(error)) log.warn({ error: describeError(error) }, "the connection failed");
  });
  sayOnceThatItIsLost(client, listening);
  readBackWhenReady(client, listening);
}

/** While Discord is away, it is tried twice a second: the log needs to know of it once. */
function sayOnceThatItIsLost(client: Client, { log, signal }: Listening): void {
  let isLost = false;
  client.on(Events.ShardReconnecting, () => {
    if (!isLost && !signal.aborted) log.warn("connection lost; reconnecting");
    isLost = true;
  });
  const isBack = () => {
    isLost = false;
  };
  client.on(Events.ShardReady, isBack);
  client.on(Events.ShardResume, isBack);
}

/** What discord.js tells only of messages and people that it happens to hold. */
interface Packet {
  t: string | null;
  d: {
    id: string;
    ids: string[];
    channel_id: string;
    user_id: string;
    thread_metadata?: { archived?: boolean };
  };
}

function hearPacket({ t, d }: Packet, { hearing, channels, log }: Listening): void {
  if (t === "MESSAGE_DELETE") hearing.forget(d.channel_id, new Set([d.id]));
  else if (t === "MESSAGE_DELETE_BULK") hearing.forget(d.channel_id, new Set(d.ids));
  else if (t === "TYPING_START") channels.noticeTyping(d.channel_id, d.user_id);
  else if (t === "THREAD_UPDATE" && d.thread_metadata?.archived) channels.stop(d.id);
  else if (t === "CHANNEL_DELETE" || t === "THREAD_DELETE") {
    // Its messages are gone with it.
    channels
      .reset(d.id)
      .catch((error) => log.error({ channel: d.id, error: describeError(error) }, "not forgotten"));
  }
}

/** A connection that was taken up again misses nothing; one that begins anew does. */
function readBackWhenReady(client: Client, listening: Listening): void {
  const { cast, remembered, mayReadBack, log } = listening;
  let isStart = true;
  client.on(Events.ShardReady, () => {
    const conversations = isStart ? remembered : cast.voices.flatMap(({ memories }) => memories.heldIds);
    const reading = mayReadBack() ? readBack(conversations, isStart, { ...listening, client }) : undefined;
    reading?.catch((error) => log.error({ error: describeError(error) }, "what was missed was not read"));
    isStart = false;
  });
}

function noticeTwin(client: Client, isSilenced: boolean, { channels, tellOwner, log }: Listening): void {
  const problem = "another process speaks with this bot's token";
  if (!isSilenced) {
    log.warn(`${problem}; it was started earlier, and falls silent if it is of this version`);
    return;
  }
  const words = `${problem}, and was started later: this one is silent from now on, and can be ended`;
  log.error(words);
  tellOwner(`On my machine, ${words}.`);
  client.removeAllListeners(Events.InteractionCreate);
  void channels.close();
}

import type { Client } from "discord.js";
import type { Logger } from "pino";
import type { Memories } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import type { Manners } from "../replies/index.ts";
import { Channels } from "./channels/index.ts";
import {
  type Backstage,
  commandTable,
  OpenBallots,
  registerCommands,
  serveCommands,
  serveTypedCommands,
  watchRuns,
} from "./commands/index.ts";
import { listen, newClient } from "./connection.ts";
import { describeError } from "./failures.ts";
import { Hearing } from "./hearing/index.ts";
import { ContentRefused, logIn } from "./login.ts";
import { noticeFlag } from "./messages/index.ts";
import type { People, StateFile } from "./people/index.ts";
import { type Place, placeOf } from "./places.ts";
import { ReplyWatch } from "./reply-watch.ts";
import { type DiscordSettings, Rules } from "./rules/index.ts";
import { Cast, Looks, Profiles, placesAround, type VoiceSource, Webhooks } from "./voices/index.ts";

export interface BotOptions {
  persona: Persona;
  /** What it remembers; those of the channels go by their ids. */
  memories: Memories;
  token: string | undefined;
  /** How it takes its time, and when it speaks: as the run that answers now has learnt it. */
  manners: () => Manners;
  /** As they are now: `persona.json` may change while the bot runs. */
  settings: () => DiscordSettings;
  /** What it knows of accounts between restarts. */
  state: StateFile;
  /** The name that training knows somebody by, from a Discord user id. */
  friendOf(id: string): string | undefined;
  /** Others who may speak in its place. */
  voices?: VoiceSource | undefined;
  /** What commands reach beyond Discord. */
  backstage?: Backstage;
  /** Address of the REST API without its version, for tests and compatible servers. */
  discordApi?: string | undefined;
  /** Told ids, counts and times, never words. */
  log: Logger;
  /** Ends a login that takes too long for whoever waits. */
  signal?: AbortSignal;
}

export interface Bot {
  /** The account's name on Discord. */
  readonly name: string;
  /** Names of the servers that it was in when it came. */
  readonly servers: string[];
  /** The channels that it saw then. */
  readonly places: Place[];
  /** Whether Discord lets it read what does not speak to it. */
  readonly isReading: boolean;
  /** Resolves when Discord closed the connection for good, with the reason. */
  readonly closed: Promise<Error>;
  /** Shows Discord what follows from settings that have changed: which commands there are, and how the bot looks. */
  takeUpSettings(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to Discord and answers as the persona until closed. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const replies = new ReplyWatch();
  let channels: Channels | undefined;
  let client: Client | undefined;
  let hearing: Hearing | undefined;
  const around = (channel: string) => (client === undefined ? [channel] : placesAround(client, channel));
  const rules = new Rules({
    ...options,
    fallSilent: (channel) => void (channel === null ? channels?.stopAll() : channels?.stop(channel)),
    answerLate: (message) =>
      void hearing?.inTurn(message.channelId, async () => hearing?.hearLate(message, { mayAnswer: true })),
  });
  const cast = castOf({ replies, people: rules.people, around }, options);
  const onConnecting = (made: Hands) => {
    ({ client, channels, hearing } = made);
  };
  await cast.restore(({ message }) => options.log.warn(message));
  const openBallots = new OpenBallots();
  const parts: Parts = { ...options, openBallots, replies, cast, rules, onConnecting };
  let connection = await connectAsAllowed(parts);
  let isClosed = false;
  const untilClosed = async (): Promise<Error> => {
    const reason = await connection.closed;
    if (isClosed || !(reason instanceof ContentRefused)) return reason;
    // Its owner has switched the intent off meanwhile.
    await connection.close();
    connection = await connect(parts, false);
    return untilClosed();
  };
  const { name, servers, places, isReading } = connection;
  return {
    name,
    servers,
    places,
    isReading,
    closed: untilClosed().catch((error: Error) => error),
    takeUpSettings: () => connection.takeUpSettings(),
    async close() {
      isClosed = true;
      await rules.approvals.close();
      await connection.close();
      await options.state.written;
      await cast.close();
    },
  };
}

interface Parts extends BotOptions {
  openBallots: OpenBallots;
  replies: ReplyWatch;
  cast: Cast;
  rules: Rules;
  /** Told of each connection that is made. */
  onConnecting: (made: Hands) => void;
}

interface Hands {
  client: Client;
  channels: Channels;
  hearing: Hearing;
}

interface Around {
  replies: ReplyWatch;
  people: People;
  /** A channel and what it lies in, from the inside out. */
  around: (channel: string) => string[];
}

/** Whoever speaks: what all of them say is counted. */
function castOf({ replies, people, around }: Around, options: BotOptions): Cast {
  const { persona, memories, manners, voices, state, backstage } = options;
  const withClaims = (friendOf: BotOptions["friendOf"]) => (id: string) =>
    friendOf(id) ?? labelOf(people.friendOf(id), backstage);
  return new Cast({
    own: { persona: replies.watch(persona), memories, manners, friendOf: withClaims(options.friendOf) },
    source: voices && {
      ...voices,
      async open(key) {
        const voice = await voices.open(key);
        return { ...voice, persona: replies.watch(voice.persona), friendOf: withClaims(voice.friendOf) };
      },
    },
    state,
    around,
  });
}

/** What training calls whoever said so themselves. */
function labelOf(name: string | undefined, { names }: Backstage = {}): string | undefined {
  return name === undefined ? undefined : names?.labelOf(name);
}

type Connection = Omit<Bot, "closed"> & { closed: Promise<Error> };

/** Without the Message Content Intent where Discord refuses it: that is said once, with what is lost. */
async function connectAsAllowed(parts: Parts): Promise<Connection> {
  try {
    return await connect(parts, true);
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    return connect(parts, false);
  }
}

async function connect(parts: Parts, isReading: boolean): Promise<Connection> {
  const { settings, cast, log } = parts;
  if (!isReading) log.warn(withoutContent);
  const remembered = (await Promise.all(cast.voices.map(({ memories }) => memories.ids()))).flat();
  const leaving = new AbortController();
  const { signal } = leaving;
  const client = newClient(parts.discordApi, isReading, signal);
  const tellOwner = (words: string) => tellAdmins(client, parts.rules.admins.ids, words, log);
  const { webhooks, profiles } = facesOf(client, parts);
  const channels = new Channels({ ...parts, webhooks, client, tellOwner });
  const hearing = new Hearing({ ...parts, channels, remembered });
  parts.onConnecting({ client, channels, hearing });
  const mayReadBack = () => settings().readBack;
  listen(client, { hearing, channels, cast, remembered, mayReadBack, tellOwner, log, signal });
  const { people, say } = parts.rules;
  const doors = { backstage: {}, ...parts, people, say, channels, profiles, signal };
  serveCommands(client, commandTable, doors);
  serveTypedCommands(client, { ...doors, hearing });
  const { ready, closed } = await logIn(client, parts.token, parts.signal);
  await parts.rules.open(ready);
  await profiles.wear();
  // It answers without its commands too, or with those that it had before.
  const register = () =>
    registerCommands(ready, commandTable, doors).catch((error) =>
      log.error({ error: describeError(error) }, "Discord refused the commands"),
    );
  await register();
  watchRuns(ready, doors);
  return {
    name: ready.user.tag,
    servers: ready.guilds.cache.map((guild) => guild.name),
    places: [...ready.channels.cache.values()].flatMap(placeOf),
    isReading,
    closed,
    async takeUpSettings() {
      await profiles.wearAnew();
      await register();
    },
    async close() {
      leaving.abort();
      await channels.close();
      await client.destroy();
    },
  };
}

/** How whoever speaks is seen. */
function facesOf(
  client: Client,
  { settings, state, cast, log }: Parts,
): { webhooks: Webhooks; profiles: Profiles } {
  const known = { settings, state, looks: new Looks(settings) };
  const described = (error: unknown) => (error === undefined ? {} : { error: describeError(error) });
  return {
    webhooks: new Webhooks(client, {
      ...known,
      warn: (channel, error) =>
        log.warn({ channel, ...described(error) }, "the bot's own account speaks, for want of a webhook"),
    }),
    profiles: new Profiles(client, {
      ...known,
      cast,
      warn: (server, problem, error) => log.warn({ server, ...described(error) }, problem),
    }),
  };
}

const withoutContent =
  "the Message Content Intent is off: only direct messages, mentions and replies with a ping are read, so persona-* channels, threads and wake words need a mention; https://discord.com/developers/applications has it under Bot";

/** Those whom persona.json names; nobody is written to by surprise. */
function tellAdmins(client: Client, admins: string[], words: string, log: Logger): void {
  for (const id of admins) {
    client.users
      .send(id, { content: words, flags: noticeFlag })
      .catch((error) => log.warn({ error: describeError(error) }, "an admin was not told"));
  }
}

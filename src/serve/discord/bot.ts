import {
  Client,
  Events,
  GatewayIntentBits,
  type Message,
  type OmitPartialGroupDMChannel,
  Partials,
} from "discord.js";
import type { Logger } from "pino";
import type { Memories } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import type { Manners } from "../replies/index.ts";
import { channelMatcher, isForPersona, type Place, placeOf, wordsOf } from "./addressing.ts";
import { Channels, describeError } from "./channels.ts";
import {
  type Backstage,
  commandTable,
  OpenBallots,
  registerCommands,
  serveCommands,
  watchRuns,
} from "./commands/index.ts";
import { logIn } from "./login.ts";
import type { People, StateFile } from "./people/index.ts";
import { ReplyWatch } from "./reply-watch.ts";
import { type DiscordSettings, Rules } from "./rules/index.ts";
import { Cast, placesAround, type VoiceSource } from "./voices/index.ts";

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
}

export interface Bot {
  /** The account's name on Discord. */
  readonly name: string;
  /** The channels that it saw when it came. */
  readonly places: Place[];
  /** Resolves when Discord closed the connection for good, with the reason. */
  readonly closed: Promise<Error>;
  close(): Promise<void>;
}

/** Connects to Discord and answers as the persona until closed. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const client = newClient(options.discordApi);
  const replies = new ReplyWatch();
  const rules = new Rules({
    ...options,
    fallSilent: (channelId) => void (channelId === null ? channels.close() : channels.stop(channelId)),
    answerLate: (message) => client.emit(Events.MessageCreate, message as OmitPartialGroupDMChannel<Message>),
  });
  const { people } = rules;
  const cast = castOf(client, { replies, people }, options);
  const channels = new Channels({ cast, rules, client, log: options.log });
  listen(client, { cast, channels, rules }, options);
  const { backstage = {}, log } = options;
  const leaving = new AbortController();
  const doors = {
    ...{ cast, replies, channels, rules, people, backstage, log },
    openBallots: new OpenBallots(),
    signal: leaving.signal,
  };
  serveCommands(client, commandTable, doors);
  await cast.restore(({ message }) => log.warn(message));
  const { ready, closed } = await logIn(client, options.token);
  const close = async () => {
    leaving.abort();
    await rules.approvals.close();
    channels.close();
    await client.destroy();
    await options.state.written;
    await cast.close();
  };
  await rules.admins.load(ready, options.log);
  // It answers without its commands too, or with those that it had before.
  await registerCommands(ready, commandTable, doors).catch((error) =>
    options.log.error({ error: describeError(error) }, "Discord refused the commands"),
  );
  watchRuns(ready, doors);
  return {
    name: ready.user.tag,
    places: [...ready.channels.cache.values()].flatMap(placeOf),
    closed,
    close,
  };
}

/** What training calls whoever said so themselves. */
function labelOf(name: string | undefined, { names }: Backstage = {}): string | undefined {
  return name === undefined ? undefined : names?.labelOf(name);
}

function newClient(discordApi: string | undefined): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.MessageContent,
      GatewayIntentBits.DirectMessages,
    ],
    // A direct message may come from a channel that was never seen.
    partials: [Partials.Channel],
    // The persona writes what it likes: nothing of it may ping anybody.
    allowedMentions: { parse: [], repliedUser: false },
    ...(discordApi !== undefined && { rest: { api: discordApi } }),
  });
}

/** Whoever speaks: what all of them say is counted. */
function castOf(
  client: Client,
  { replies, people }: { replies: ReplyWatch; people: People },
  options: BotOptions,
): Cast {
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
    around: (channelId) => placesAround(client, channelId),
  });
}

function listen(
  client: Client,
  { cast, channels, rules }: { cast: Cast; channels: Channels; rules: Rules },
  { settings, log }: BotOptions,
): void {
  client.on(Events.MessageCreate, (message: Message) => {
    if (message.author.bot || message.webhookId !== null || !rules.mayHear(message)) return;
    if (!isForPersona(message, channelMatcher(settings().channels))) return;
    const words = wordsOf(message);
    if (words === "" || !rules.mayAnswer(message)) return;
    const { persona, friendOf } = cast.in(message.channelId);
    channels.answer(message, persona.labelOf(friendOf(message.author.id), message.author.displayName), words);
  });
  client.on(Events.Error, (error) => log.error({ error: describeError(error) }, "the Discord client failed"));
  client.on(Events.ShardReconnecting, () => log.warn("connection lost; reconnecting"));
}

/** What its owner reads once the bot is there: who it is, where it listens, how to talk to it, and how to stop it. */
import { discordChoices } from "../../../choices/index.ts";
import { didYouMean } from "../../../closest-names.ts";
import { printable } from "../../../printable.ts";
import {
  type Bot,
  channelMatcher,
  type DiscordSettings,
  describeNote,
  modeAmong,
  type Persona,
  type Place,
  type StateNote,
} from "../../../serve/index.ts";
import { formatList } from "../../../terminal.ts";

interface Arrival {
  persona: Pick<Persona, "name" | "about" | "engine">;
  bot: Pick<Bot, "name" | "servers" | "places" | "isReading">;
  note: StateNote | undefined;
  settings: Pick<DiscordSettings, "channels" | "modes" | "wakeWords" | "directMessages">;
}

/** Lines that somebody understands who has never seen a bot. */
export function welcome(arrival: Arrival): string[] {
  const { persona, bot, note } = arrival;
  const parts: [string, string][] = [
    ["answers with", `${persona.about}; ${persona.engine}`],
    ...(note === undefined
      ? []
      : [["is up to", printable(describeNote(note), 300)] satisfies [string, string]]),
    ["is in", whereItIs(bot)],
    ["listens to", whatItHears(arrival)],
    ["talk to it", howToTalk(bot)],
    ["stop it", "Ctrl-C here, or /pause on Discord"],
  ];
  const width = Math.max(...parts.map(([title]) => title.length));
  return [
    `${printable(persona.name)} is on Discord as ${printable(bot.name)}:`,
    ...parts.map(([title, words]) => `  ${title.padEnd(width)}  ${words}`),
  ];
}

/** More names than people read. */
const mostNames = 5;

function whereItIs({ servers, places }: Arrival["bot"]): string {
  if (servers.length === 0) return "no server yet: persona bot --invite prints the link by which it is added";
  const where = `${servers.length === 1 ? "the server" : "the servers"} ${listed(servers)}`;
  return places.length > 0 ? where : `${where}, where it sees no channel: let its role view some`;
}

function whatItHears({ bot: { places, isReading }, settings }: Arrival): string {
  const { wakeWords, directMessages } = settings;
  const direct = directMessages ? "direct messages" : "direct messages of admins";
  if (places.length === 0) return direct;
  if (!isReading) return `${direct}, and whoever mentions it or replies to it with a ping`;
  const own = places.filter((place) => modeAmong([place], settings) === "all");
  return [
    direct,
    `whoever mentions it${wakeWords.length > 0 ? `, says ${listed(wakeWords)}` : ""} or replies to it`,
    own.length > 0
      ? `everything in ${listed(own.map(({ name }) => `#${name}`))}`
      : `everything in a channel that is called ${listed(settings.channels)}, once there is one`,
  ].join("; ");
}

function howToTalk({ name, places }: Arrival["bot"]): string {
  const account = printable(name);
  return places.length > 0
    ? `write "@${account} hello" in a channel, or click its name among the members and send it a message`
    : `add it to a server first; then click its name, ${account}, among the members and send it a message`;
}

function listed(names: string[]): string {
  const shown = names.slice(0, mostNames).map((name) => printable(name));
  const more = names.length > mostNames ? [`${names.length - mostNames} more`] : [];
  return formatList([...shown, ...more]);
}

/** Whoever has no channel of the default's name wants none. */
export function problemsWithChannels(asked: string[], places: Place[]): string[] {
  // That it is nowhere yet says enough.
  if (places.length === 0) return [];
  return asked
    .filter(
      (pattern) => pattern !== "*" && !discordChoices.channels.default.some((usual) => usual === pattern),
    )
    .filter((pattern) => !places.some(channelMatcher([pattern])))
    .map((pattern) => {
      const offer = didYouMean(
        pattern.replace(/^#/, ""),
        places.map(({ name }) => name),
      );
      return `channels: the bot sees no channel "${pattern}". ${offer ?? "Let it see that channel."}`;
    });
}

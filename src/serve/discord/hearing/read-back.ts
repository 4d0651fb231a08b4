import type { Client, Message } from "discord.js";
import { SnowflakeUtil } from "discord.js";
import type { Logger } from "pino";
import type { Memory, Remembered } from "../../memory/index.ts";
import { channelOf } from "../places.ts";
import { talksIn } from "../talks.ts";
import type { Cast } from "../voices/index.ts";
import type { Hearing } from "./hearing.ts";

interface ReadBackOptions {
  client: Client;
  cast: Cast;
  hearing: Hearing;
  log: Logger;
}

/** A channel's last messages; what is older was missed for good. */
const mostMessages = 50;
/** Nobody waits longer for an answer; older messages are only read. */
const answeredWithinMs = 24 * 3_600_000;
/** Channels that are read at the same time. */
const lanes = 4;

/**
 * Has the persona hear what was written in conversations while it was away, before anything that is written now.
 *
 * @param isStart Whether this process begins: what the one before has heard and not answered is answered too.
 */
export async function readBack(
  conversations: string[],
  isStart: boolean,
  { client, cast, hearing, log }: ReadBackOptions,
): Promise<void> {
  const before = Array.from({ length: lanes }, () => Promise.resolve());
  const channels = [...new Set(conversations.map(channelOf))].filter(isChannel);
  const reading = channels.map((channel, index) =>
    hearing.inTurn(channel, () => {
      const lane = index % lanes;
      const read = (before[lane] as Promise<void>).then(() => readChannel(channel));
      before[lane] = read.catch(() => {});
      return read;
    }),
  );
  await Promise.all(reading);

  async function readChannel(id: string): Promise<void> {
    const messages = await lastMessages(client, id);
    const here = talksIn(id, cast.in(id).memories);
    const last = lastKnown(here);
    const missed = messages.filter((message) => BigInt(message.id) > last || isUnanswered(message));
    const answeredBefore = missed.findLastIndex(({ author }) => author.id === client.user?.id);
    for (const [index, message] of missed.entries()) {
      const isOld = Date.now() - message.createdTimestamp > answeredWithinMs;
      await hearing.hearLate(message, { mayAnswer: index > answeredBefore && !isOld });
    }
    if (missed.length > 0) log.info({ channel: id, messages: missed.length }, "read what it had missed");

    function isUnanswered(message: Message): boolean {
      return isStart && here.some((memory) => memory.isUnsettled(message.id));
    }
  }
}

/** The id of the last message that is remembered, or of its time where it has none. */
function lastKnown(here: Memory[]): bigint {
  const ids = here.flatMap(({ newest }) => (newest === undefined ? [] : idOf(newest)));
  return ids.toSorted((one, other) => Number(one - other)).at(-1) ?? SnowflakeUtil.generate();
}

function idOf({ message, at }: Remembered): bigint {
  return message === undefined ? SnowflakeUtil.generate({ timestamp: at }) : BigInt(message);
}

function isChannel(id: string): boolean {
  return /^\d{17,20}$/.test(id);
}

/** Oldest first; none of a channel that is closed to the bot, or gone. */
async function lastMessages(client: Client, id: string): Promise<Message[]> {
  const channel = await client.channels.fetch(id).catch(() => null);
  if (channel === null || !channel.isTextBased()) return [];
  const messages = await channel.messages.fetch({ limit: mostMessages, cache: false }).catch(() => undefined);
  return [...(messages?.values() ?? [])].reverse();
}

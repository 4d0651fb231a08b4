import type { APIMessage } from "discord.js";
import type { Discord } from "./discord.ts";
import { composeMessage } from "./messages.ts";
import { type Channel, ids } from "./world.ts";

/** What somebody writes, with ids for everything. */
export interface Written {
  channel: string;
  content: string;
  author?: string;
  /** Who is mentioned is read from the content, as Discord does. */
  mentions?: string[];
  webhook?: string;
  /** Answers a message of the bot, and pings it. */
  isReply?: boolean;
}

export function writtenBy({ world, happenings }: Discord, written: Written): APIMessage {
  const channel = world.channel(written.channel);
  const { content, author = ids.ben, webhook } = written;
  return happenings.post(channel, {
    author: world.account(author),
    content,
    ...(webhook !== undefined && { webhookId: webhook }),
    ...(written.isReply && { replyingTo: lastOfBot(world, channel) }),
  });
}

function lastOfBot(world: Discord["world"], channel: Channel): APIMessage {
  const last = channel.messages.findLast(({ author }) => author.id === ids.bot);
  if (last !== undefined) return last;
  const before = composeMessage(world, channel, { author: world.account(ids.bot), content: "earlier words" });
  channel.messages.push(before);
  return before;
}

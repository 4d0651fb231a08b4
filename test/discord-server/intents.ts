import { type APIMessage, GatewayIntentBits as Intents } from "discord.js";
import { ids } from "./world.ts";

/** Intents that are switched on in the developer portal, each by itself. */
export const privileged = {
  members: Intents.GuildMembers,
  presences: Intents.GuildPresences,
  content: Intents.MessageContent,
} as const;

const everyIntent = Object.values(Intents)
  .filter((bit) => typeof bit === "number")
  .reduce((sum, bit) => sum | bit, 0);

export function areKnown(intents: number): boolean {
  return (intents & ~everyIntent) === 0;
}

/** The intent that an event needs; 0 where everybody gets it. */
export function intentFor(event: string, isDirect: boolean): number {
  const [inGuild, direct] = intentsOfEvents.find(([expression]) => expression.test(event))?.slice(1) ?? [
    0, 0,
  ];
  return Number(isDirect ? direct : inGuild);
}

const intentsOfEvents: [RegExp, number, number][] = [
  [/^MESSAGE_REACTION_/, Intents.GuildMessageReactions, Intents.DirectMessageReactions],
  [/^MESSAGE_POLL_/, Intents.GuildMessagePolls, Intents.DirectMessagePolls],
  [/^MESSAGE_/, Intents.GuildMessages, Intents.DirectMessages],
  [/^TYPING_START$/, Intents.GuildMessageTyping, Intents.DirectMessageTyping],
  [/^WEBHOOKS_UPDATE$/, Intents.GuildWebhooks, 0],
  [/^GUILD_MEMBER_(ADD|REMOVE)$/, Intents.GuildMembers, 0],
  [/^(GUILD|CHANNEL|THREAD)_/, Intents.Guilds, 0],
];

/**
 * A message as a bot without the Message Content intent gets it: empty, unless it is the bot's own, mentions the bot,
 * or was written to it alone.
 */
export function withoutContent<Some extends APIMessage>(message: Some, isDirect: boolean): Some {
  const { author, mentions } = message;
  const referenced =
    message.referenced_message == null
      ? {}
      : { referenced_message: withoutContent(message.referenced_message, isDirect) };
  if (isDirect || author.id === ids.bot || mentions.some(({ id }) => id === ids.bot))
    return { ...message, ...referenced };
  const { poll: _poll, ...rest } = message;
  return {
    ...rest,
    ...referenced,
    ...emptied,
    ...(message.message_snapshots !== undefined && {
      message_snapshots: message.message_snapshots.map((snapshot) => ({
        message: { ...snapshot.message, ...emptied },
      })),
    }),
  } as unknown as Some;
}

const emptied = { content: "", embeds: [], attachments: [], components: [] };

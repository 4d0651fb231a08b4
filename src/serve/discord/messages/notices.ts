import { type Message, MessageFlags } from "discord.js";

/**
 * What the bot says in its own name, and not in the persona's, such as that it is an AI: the persona does not take it for
 * words of its own when it reads a channel again.
 *
 * The flag is kept by Discord, and changes nothing that is seen: notices have no previews.
 */
export const noticeFlag = MessageFlags.SuppressEmbeds;

/** One message, as it is sent. */
export interface Outgoing {
  content: string;
  flags?: typeof noticeFlag;
}

export function isNotice({ flags }: Pick<Message, "flags">): boolean {
  return flags.has(noticeFlag);
}

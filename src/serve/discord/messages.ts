import { type Message, MessageFlags } from "discord.js";

/** Bubbles that are sent as one message. */
export interface Composed {
  bubbles: string[];
  text: string;
}

/** A bubble of so many characters is no talk any more: what follows it stays with it. */
const longText = 600;
/** Nobody is sent more messages in a row: the last of them has all the rest. */
const mostMessages = 10;
const fence = /```/g;

/** Puts bubbles together that are no talk: a block of code, or a long text, is one message. */
export class Composer {
  #held: string[] = [];
  #given = 0;

  /** The next bubble; undefined as long as what it belongs to is not whole. */
  push(bubble: string): Composed | undefined {
    this.#held.push(bubble);
    const text = this.#held.join("\n");
    const isOpen = (text.match(fence)?.length ?? 0) % 2 === 1;
    const isLong = this.#held.some((each) => each.length >= longText);
    return isOpen || isLong || this.#given >= mostMessages - 1 ? undefined : this.end();
  }

  /** What was held back. */
  end(): Composed | undefined {
    const bubbles = this.#held;
    this.#held = [];
    if (bubbles.length === 0) return undefined;
    this.#given++;
    return { bubbles, text: bubbles.join("\n") };
  }
}

/** Characters (UTF-16 code units, as Discord's clients count them) that one message holds. */
const maxMessageLength = 2000;

/** Parts of at most `longest` characters, cut at a line or a word where there is one, never inside a character. */
export function splitMessage(text: string, longest = maxMessageLength): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > longest) {
    const window = rest.slice(0, longest + 1);
    const cut = Math.max(window.lastIndexOf("\n"), window.lastIndexOf(" "));
    const end = cut > longest / 2 ? cut : endOfCharacter(rest, longest);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part) => part.trim() !== "");
}

/** As much as one message holds: Discord refuses a longer one whole. */
export function cutMessage(text: string): string {
  if (text.length <= maxMessageLength) return text;
  const [first = ""] = splitMessage(text, maxMessageLength - 1);
  return `${first}…`;
}

function endOfCharacter(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  const isHighSurrogate = code >= 0xd800 && code < 0xdc00;
  return isHighSurrogate ? end - 1 : end;
}

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

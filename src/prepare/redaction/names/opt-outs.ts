import type { Message } from "../../../handoffs/index.ts";

/** The label of everybody who opted out: they cannot be told apart. */
export const optedOutLabel = "Someone";
/** All that is left of what they sent in a row. */
export const optedOutBubble = "[message]";

/**
 * A conversation in which no word of those who opted out remains.
 *
 * What they sent in a row becomes one bubble, `[message]`, of `Someone`. Leaving their turns out altogether would join
 * what the persona said before and after into one burst, or make it answer somebody else; the bubble teaches nothing but
 * that somebody spoke. How many bubbles and people it stands for is not told, and their reactions go too. What others
 * quote of them stays: it is the others' text.
 */
export function withoutOptedOut(conversation: Message[], optedOut: ReadonlySet<string>): Message[] {
  if (optedOut.size === 0) return conversation;
  const kept: Message[] = [];
  for (const message of conversation) {
    if (!optedOut.has(message.sender)) kept.push(withoutTheirReactions(message, optedOut));
    else if (kept.at(-1)?.sender !== optedOutLabel) kept.push(emptied(message));
  }
  return kept;
}

/** True when nobody but the persona is left to talk to: such a conversation is a row of answers to nothing. */
export function onlyOptedOutSpeak(
  conversation: Message[],
  persona: string,
  optedOut: ReadonlySet<string>,
): boolean {
  if (optedOut.size === 0) return false;
  const others = conversation.filter(({ sender }) => sender !== persona);
  return others.length > 0 && others.every(({ sender }) => optedOut.has(sender));
}

function withoutTheirReactions(message: Message, optedOut: ReadonlySet<string>): Message {
  if (!message.reactions.some(({ actor }) => optedOut.has(actor))) return message;
  return { ...message, reactions: message.reactions.filter(({ actor }) => !optedOut.has(actor)) };
}

function emptied({ thread, sentAt, source }: Message): Message {
  return {
    thread,
    sender: optedOutLabel,
    sentAt,
    text: optedOutBubble,
    kind: "text",
    attachments: [],
    reactions: [],
    source,
  };
}

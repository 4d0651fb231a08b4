import type { Message, MessageKind } from "../handoffs.ts";

/** What people sent in one thread between two silences, oldest first; `texts` of them are words. */
export interface Conversation {
  messages: Message[];
  texts: number;
}

/** Entries that somebody sent: they keep a conversation alive, even without words. */
const sent = new Set<MessageKind>(["text", "media", "sticker", "share", "call", "poll"]);

/** A day without a pause is cut all the same, so that memory stays flat: at the next change of speaker, or at twice this. */
const mostMessages = 5_000;
const mostCharacters = 4_000_000;

/** Whether an entry is words that a person wrote. */
export function isText({ kind, text }: Message): boolean {
  return kind === "text" && hasInk(text);
}

/** Whether there is anything to see; most texts begin with a plain character, which says so at once. */
export function hasInk(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first > 0x20 && first < 0x7f) || text.trim() !== "";
}

/**
 * Cuts the messages of one thread into conversations, wherever it falls silent.
 *
 * Conversations without a text are none. Holds one in memory at a time.
 */
export async function* splitIntoConversations(
  batches: AsyncIterable<Message[]>,
  { longestSilenceMs }: { longestSilenceMs: number },
): AsyncGenerator<Conversation> {
  let conversation: Conversation = { messages: [], texts: 0 };
  let characters = 0;

  for await (const batch of batches) {
    for (const message of batch) {
      if (!sent.has(message.kind)) continue;
      const previous = conversation.messages.at(-1);
      if (
        previous &&
        isBreak(previous, message, longestSilenceMs, conversation.messages.length, characters)
      ) {
        if (conversation.texts > 0) yield conversation;
        conversation = { messages: [], texts: 0 };
        characters = 0;
      }
      conversation.messages.push(message);
      characters += message.text.length;
      if (isText(message)) conversation.texts++;
    }
  }

  if (conversation.texts > 0) yield conversation;
}

/** A message without a time stays with the one before it. */
function isBreak(
  previous: Message,
  next: Message,
  longestSilenceMs: number,
  messages: number,
  characters: number,
): boolean {
  const fullness = Math.max(messages / mostMessages, characters / mostCharacters);
  if (fullness >= 2 || (fullness >= 1 && previous.sender !== next.sender)) return true;
  const gap = gapBetween(previous, next);
  return gap !== undefined && gap > longestSilenceMs;
}

/** Milliseconds between two entries; undefined where a time is not known. */
function gapBetween(previous: Message, next: Message): number | undefined {
  return previous.sentAt === null || next.sentAt === null ? undefined : next.sentAt - previous.sentAt;
}

/** Calls `onGap` with every gap between entries that people sent, in ms. */
export async function eachGap(
  batches: AsyncIterable<Message[]>,
  onGap: (gapMs: number) => void,
): Promise<void> {
  let previous: Message | undefined;
  for await (const batch of batches) {
    for (const message of batch) {
      if (!sent.has(message.kind)) continue;
      const gap = previous && gapBetween(previous, message);
      if (gap !== undefined) onGap(gap);
      previous = message;
    }
  }
}

import type { Message, MessageKind } from "../../handoffs/index.ts";

/** What people sent in one thread between two silences, oldest first; `texts` of them are words. */
export interface Conversation {
  messages: Message[];
  texts: number;
}

const sent = new Set<MessageKind>(["text", "media", "sticker", "share", "call", "poll"]);

/** Whether somebody sent such an entry: it keeps a conversation alive, even without words. */
function isSent(kind: MessageKind): boolean {
  return kind === "text" || sent.has(kind);
}

/** A day without a pause is cut all the same, so that memory stays flat: at the next change of speaker, or at twice this. */
const maxMessages = 5_000;
const maxCharacters = 4_000_000;

/** Whether an entry is words that a person wrote. */
export function isText({ kind, text }: Message): boolean {
  return kind === "text" && hasInk(text);
}

/** Whether there is anything to see; most texts begin with a plain character, which says so at once. */
export function hasInk(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first > 0x20 && first < 0x7f) || text.trim() !== "";
}

/** Messages of one thread in batches, oldest first. */
export type Batches = AsyncIterable<Message[]> | Iterable<Message[]>;

/**
 * Cuts the messages of one thread into conversations, wherever it falls silent, and calls `onConversation` with each.
 *
 * Conversations without a text are none. Holds one in memory at a time.
 */
export async function eachConversation(
  batches: Batches,
  { maxSilenceMs }: { maxSilenceMs: number },
  onConversation: (conversation: Conversation) => void,
): Promise<void> {
  let messages: Message[] = [];
  let [texts, characters] = [0, 0];
  let previous: Message | undefined;

  for await (const batch of batches) {
    for (const message of batch) {
      if (!isSent(message.kind)) continue;
      if (previous && isBreak(previous, message, maxSilenceMs, messages.length, characters)) {
        if (texts > 0) onConversation({ messages, texts });
        messages = [];
        [texts, characters] = [0, 0];
      }
      messages.push(message);
      characters += message.text.length;
      if (isText(message)) texts++;
      previous = message;
    }
  }

  if (texts > 0) onConversation({ messages, texts });
}

/** A message without a time stays with the one before it. */
function isBreak(
  previous: Message,
  next: Message,
  maxSilenceMs: number,
  messages: number,
  characters: number,
): boolean {
  if (messages >= maxMessages || characters >= maxCharacters) {
    const isTwiceAsFull = messages >= 2 * maxMessages || characters >= 2 * maxCharacters;
    if (isTwiceAsFull || previous.sender !== next.sender) return true;
  }
  const gap = gapBetween(previous, next);
  return gap !== undefined && gap > maxSilenceMs;
}

/** Milliseconds between two entries; undefined where a time is not known. */
function gapBetween(previous: Message, next: Message): number | undefined {
  return previous.sentAt === null || next.sentAt === null ? undefined : next.sentAt - previous.sentAt;
}

/** Calls `onGap` with every gap between entries that people sent, in ms. */
export async function eachGap(batches: Batches, onGap: (gapMs: number) => void): Promise<void> {
  let previous: Message | undefined;
  for await (const batch of batches) {
    for (const message of batch) {
      if (!isSent(message.kind)) continue;
      const gap = previous && gapBetween(previous, message);
      if (gap !== undefined) onGap(gap);
      previous = message;
    }
  }
}

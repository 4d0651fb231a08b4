import type { Message } from "../handoffs.ts";

/** Text messages of one thread that belong together, oldest first. */
export type Conversation = Message[];

/**
 * Cuts the messages of one thread into conversations, wherever it falls silent.
 *
 * Only what people wrote takes part. Holds one conversation in memory at a time.
 */
export async function* splitIntoConversations(
  messages: AsyncIterable<Message>,
  { maxSilenceMinutes = 60 } = {},
): AsyncGenerator<Conversation> {
  let conversation: Conversation = [];

  for await (const message of messages) {
    if (message.kind !== "text" || message.text.trim() === "") continue;
    const previous = conversation.at(-1);
    if (previous && isBreak(previous, message, maxSilenceMinutes)) {
      yield conversation;
      conversation = [];
    }
    conversation.push(message);
  }

  if (conversation.length > 0) yield conversation;
}

/** A message without a time stays with the one before it. */
function isBreak(previous: Message, next: Message, maxSilenceMinutes: number): boolean {
  if (previous.sentAt === null || next.sentAt === null) return false;
  return next.sentAt - previous.sentAt > maxSilenceMinutes * 60_000;
}

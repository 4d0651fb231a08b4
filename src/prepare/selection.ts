import type { ThreadSummary } from "../handoffs.ts";
import type { Conversation } from "./conversations.ts";

export interface SelectionOptions {
  persona: string;
  /** Sections whose messages come from strangers. */
  excludedSections: string[];
  /** A thread in which the persona wrote fewer texts, and less than this share of them, teaches little of its voice. */
  minOwnTexts: number;
  minOwnShare: number;
}

/** Why a whole thread is left out; undefined when it is not. */
export function reasonToSkipThread(
  { section, people, texts }: ThreadSummary,
  { persona, excludedSections, minOwnTexts, minOwnShare }: SelectionOptions,
): string | undefined {
  if (excludedSections.includes(section)) return `section ${section}`;
  const own = people.find(({ name }) => name === persona)?.texts ?? 0;
  if (own === 0) return "threads without a word of the persona";
  if (own < minOwnTexts && own < minOwnShare * texts) return "threads in which the persona hardly writes";
  return undefined;
}

/** Why a conversation is left out; undefined when it is not. */
export function reasonToSkipConversation(conversation: Conversation, persona: string): string | undefined {
  return conversation.some(({ sender }) => sender === persona)
    ? undefined
    : "conversations without the persona";
}

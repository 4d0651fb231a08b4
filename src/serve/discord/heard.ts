import type { Message } from "discord.js";
import type { Memory } from "../memory/index.ts";

/** What the persona is to hear: a message, and what has to be known before it. */
export interface Heard {
  message: Message;
  /** The id of its conversation: of the channel, or of a branch of it. */
  conversation: string;
  speaker: string;
  /** None where the persona was called and nothing else was said. */
  words: string;
  isToAnswer: boolean;
  /** Whether it is decided that it stays unanswered, also after a restart. */
  isLeft: boolean;
  /** Whether it speaks to the persona itself. */
  isAddressed: boolean;
  /** Whether it was written while nobody listened: it may be remembered, and not answered yet. */
  isLate: boolean;
  /** What was written before it, and may not have been heard yet; oldest first. */
  before: Quoted[];
}

/** An earlier message; without a speaker, it is the persona's own. */
export interface Quoted {
  id: string;
  from: string;
  speaker: string | undefined;
  words: string;
}

/** Whether there is anything in it to answer that was not there before. */
export function remember(memory: Memory, heard: Heard, personaName: string): boolean {
  const { message, speaker, words, isLate, before } = heard;
  for (const quoted of before) quote(memory, quoted);
  const { author, id } = message;
  if (memory.bubblesSince(id) !== undefined) return isLate && memory.isUnsettled(id);
  // Whoever only calls the persona asks it to answer what was said last; where that was its own, they say its name.
  if (words === "" && memory.lastHeard.length > 0) return true;
  const [firstName] = personaName.split(" ");
  return memory.hear(speaker, words || `${firstName}?`, author.id, id);
}

/** Remembers an earlier message, unless that is so already. */
export function quote(memory: Memory, { id, from, speaker, words }: Quoted): void {
  if (memory.bubblesSince(id) !== undefined) return;
  if (speaker === undefined) memory.quote(words, id);
  else memory.hear(speaker, words, from, id);
}

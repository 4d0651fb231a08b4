import type { Memories, Memory } from "../memory/index.ts";
import { branchesOf } from "./places.ts";

/** What is remembered of a channel: its main talk, and then its branches. */
export function talksIn(channel: string, memories: Memories): [Memory, ...Memory[]] {
  return [memories.get(channel), ...memories.under(branchesOf(channel))];
}

/** The talk of a channel that a message belongs to; undefined where it is not remembered. */
export function talkWith(message: string, channel: string, memories: Memories): Memory | undefined {
  const main = memories.has(channel) ? [memories.get(channel)] : [];
  const talks = [...main, ...memories.under(branchesOf(channel))];
  return talks.find((talk) => talk.bubblesSince(message) !== undefined);
}

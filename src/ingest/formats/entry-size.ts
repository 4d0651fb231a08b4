import type { ParsedEntry } from "./format.ts";

/** About as many characters as an entry takes in memory: most have a line of text, hostile ones thousands of attachments. */
export function charactersOf({ sender, text, attachments, reactions }: ParsedEntry): number {
  let characters = perObject + sender.length + text.length;
  for (const { name } of attachments) characters += perObject + name.length;
  for (const { emoji, actor } of reactions) characters += perObject + emoji.length + actor.length;
  return characters;
}

/** What an object costs beside its texts. */
const perObject = 100;

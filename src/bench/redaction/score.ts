import type { Planted } from "./planted.ts";

/** Makes what is measured, which tells what it replaces. */
export type CreateRedactor = (options: {
  country: string | undefined;
  onFound(replaced: { words: string }): void;
}) => { openConversation(): (text: string) => string };

export interface Score {
  kind: string;
  values: number;
  /** Values of which nothing telling is left. */
  found: number;
  replaced: number;
  /** Replaced stretches that lie in no value. */
  wrong: number;
}

/** How much of what was planted goes, and how much else, by kind. */
export function scoreOf(planted: Planted[], redactAll: RedactAll): Score[] {
  const scores = new Map<string, Score>();
  for (const conversation of planted) {
    const { kind, values } = conversation;
    const score = scores.get(kind) ?? { kind, values: 0, found: 0, replaced: 0, wrong: 0 };
    scores.set(kind, score);
    const { left, replaced } = redactAll(conversation.bubbles);
    score.values += values.length;
    score.found += values.filter((value) => !survives(value, left, conversation)).length;
    score.replaced += replaced.length;
    score.wrong += replaced.filter((words) => !touches(words, values)).length;
  }
  return [...scores.values()];
}

/** What is left of the bubbles of a conversation, and what was replaced in them. */
export type RedactAll = (bubbles: string[]) => { left: string; replaced: string[] };

export function redactAllWith(create: CreateRedactor, country: string | undefined): RedactAll {
  let replaced: string[] = [];
  const redactor = create({ country, onFound: ({ words }) => replaced.push(words) });
  return (bubbles) => {
    replaced = [];
    return { left: bubbles.map(redactor.openConversation()).join(" // "), replaced };
  };
}

/** True when a part of a value by which it is known is still there: one with a digit, else a word of it. */
function survives(value: string, left: string, { bubbles }: Planted): boolean {
  const parts = partsOf(value);
  const digits = parts.filter((part) => /\d/.test(part));
  const telling = digits.length > 0 ? digits : parts.filter((part) => part.length > 2);
  const still = count(partsOf(left));
  const before = count(partsOf(bubbles.join(" // ")));
  const own = count(parts);
  const outside = (part: string) => (before.get(part) ?? 0) - (own.get(part) ?? 0);
  return telling.some((part) => (still.get(part) ?? 0) > outside(part));
}

function partsOf(text: string): string[] {
  return text.replace(/\[\p{L}+(?: \d+)?\]/gu, " ").match(/\p{N}+|[\p{L}\p{M}]+/gu) ?? [];
}

function count(parts: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  return counts;
}

function touches(words: string, values: string[]): boolean {
  const parts = new Set(values.flatMap(partsOf));
  return partsOf(words).some((part) => parts.has(part));
}

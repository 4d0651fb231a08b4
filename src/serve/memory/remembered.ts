import * as z from "zod";

/** One bubble that is remembered. */
export const Remembered = z.object({
  /** Unix time in milliseconds. */
  at: z.number(),
  /** The label of whoever said it; none for the persona. */
  speaker: z.string().optional(),
  /** Who that is where they write, so that they can be forgotten. */
  from: z.string().optional(),
  /** The message that it was, or the last part of, where that may be edited or deleted. */
  message: z.string().optional(),
  words: z.string(),
  /** Whether it is decided what becomes of it: nobody thinks again of answering it. */
  isSettled: z.literal(true).optional(),
  /** Whether the persona said it in answer to something else than its bubble before: what was between them is forgotten. */
  isApart: z.literal(true).optional(),
});
export type Remembered = z.infer<typeof Remembered>;

/** Whether nothing was forgotten or changed. */
export function isUnchanged(before: Remembered[], left: Remembered[]): boolean {
  return before.length === left.length && left.every((bubble, at) => bubble === before[at]);
}

/** What is left of bubbles; answers stay apart where what the later one answered is gone. */
export function keptApart(before: Remembered[], left: Remembered[]): Remembered[] {
  if (isUnchanged(before, left)) return left;
  return left.map((bubble, at) => {
    const followsOwn = at > 0 && bubble.speaker === undefined && left[at - 1]?.speaker === undefined;
    const answers = followsOwn ? before[before.indexOf(bubble) - 1] : undefined;
    const isApart = answers?.speaker !== undefined && !bubble.isApart;
    return isApart ? { ...bubble, isApart } : bubble;
  });
}

/** Where the answer begins that a bubble of the persona's is a part of. */
export function startOfAnswer(bubbles: Remembered[], at: number): number {
  let start = at;
  while (start > 0 && bubbles[start]?.isApart !== true && bubbles[start - 1]?.speaker === undefined) start--;
  return start;
}

/**
 * What is left of bubbles after `keepMs`. One of a later time than now was written by a clock that was wrong: it counts as
 * said now, or it would be kept until that time comes.
 */
export function stillKept(bubbles: Remembered[], now: number, keepMs: number): Remembered[] {
  return bubbles
    .filter(({ at }) => at > now - keepMs)
    .map((bubble) => (bubble.at > now ? { ...bubble, at: now } : bubble));
}

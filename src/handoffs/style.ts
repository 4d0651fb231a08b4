import path from "node:path";
import * as z from "zod";
import { orPassOver, type PassedOver } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import { readJsonFile } from "./read-json-file.ts";
import { runDirectory } from "./read-runs.ts";
import type { RunRecord } from "./runs.ts";

/**
 * Values by size. `counts[i]` lie in `[edges[i], edges[i + 1])` of the edges that `Style.edges` names; the last bin is open.
 * Quantiles are null where nothing was counted.
 */
const Distribution = z.object({
  count: z.int(),
  quantiles: z
    .object({ p10: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p90: z.number() })
    .nullable(),
  counts: z.array(z.int()),
});
export type Distribution = z.infer<typeof Distribution>;

const EmojiCount = z.object({ emoji: z.string(), count: z.int() });
/** Turns of others, how many of them the persona did not answer, and that share; null of no turns. */
const Unanswered = z.object({
  turnsOfOthers: z.int(),
  unanswered: z.int(),
  share: z.number().nullable(),
  /** Of those not answered, those that got a reaction instead; left out in the oldest data sets. */
  reacted: z.int().optional(),
});

/** `style.json` of a data set, copied to each run that is made of it: how the persona writes, in counts; no word of anybody. Shares are of 1. */
export const Style = z.object({
  format: z.literal(1),
  persona: z.string(),
  /** IANA zone of every hour below. */
  timeZone: z.string(),
  conversations: z.int(),
  messages: z.int(),
  turns: z.int(),
  /** Lower edges of the bins of every distribution below. */
  edges: z.object({
    delaySeconds: z.array(z.number()),
    characters: z.array(z.number()),
    bubbles: z.array(z.number()),
    emoji: z.array(z.number()),
  }),
  /**
   * From the last bubble of somebody's turn to the first of the persona's that follows in the same conversation. A silence
   * that ends the conversation is no delay: what comes after it opens another one.
   */
  replyDelaySeconds: z.object({
    overall: Distribution,
    /** By the local hour in which the other's turn ended: 24 of them. */
    byHour: z.array(Distribution),
    /** By how long nobody had written before the other's turn began. */
    bySilence: z.array(
      z.object({ fromSeconds: z.number(), toSeconds: z.number().nullable(), delay: Distribution }),
    ),
  }),
  bubblesATurn: Distribution,
  /** From one bubble of a turn to the next, by the length of the next: the time that writing it takes. */
  bubbleDelaySeconds: z.array(
    z.object({ fromCharacters: z.int(), toCharacters: z.int().nullable(), delay: Distribution }),
  ),
  /**
   * What followed an entry of somebody else, by its length: counts of the seconds after which they went on, and of those
   * after which another took the turn (the last bin: nobody did). Left out in the oldest data sets.
   */
  friendPauseSeconds: z
    .array(
      z.object({
        fromCharacters: z.int(),
        toCharacters: z.int().nullable(),
        again: z.array(z.int()),
        ended: z.array(z.int()),
      }),
    )
    .optional(),
  charactersAMessage: Distribution,
  /** Share of messages by what they end with; `none` is a letter or a digit. */
  endings: z.object({
    none: z.number(),
    period: z.number(),
    exclamation: z.number(),
    question: z.number(),
    ellipsis: z.number(),
    emoji: z.number(),
    other: z.number(),
  }),
  /** Of the messages that begin with a letter that has a case; null of none. */
  lowerCaseStartShare: z.number().nullable(),
  emoji: z.object({ aMessage: Distribution, messageShare: z.number(), top: z.array(EmojiCount) }),
  /** Reactions given to others: the share of their messages, and with what. */
  reactions: z.object({ messageShare: z.number().nullable(), top: z.array(EmojiCount) }),
  inGroups: Unanswered,
  inPairs: Unanswered,
});
export type Style = z.infer<typeof Style>;

/** One of the gaps that are counted in a style, in seconds. */
export type Gap =
  /** From the end of another's turn, at `askedAt`, to the persona's. */
  | { kind: "reply"; seconds: number; askedAt: number; silenceSeconds: number | undefined }
  /** From one bubble of the persona to the next, of so many characters. */
  | { kind: "bubble"; seconds: number; characters: number }
  /** From another's entry of so many characters to their next, or to somebody else's. */
  | { kind: "pause"; seconds: number; characters: number; isAgain: boolean };

export type MeasuredGap = Gap & {
  /** Whether it is of a newer conversation, which is not counted in the style. */
  isHeldOut: boolean;
  /** Of every other thread, or of the others. */
  half: 0 | 1;
};

/**
 * How the persona of a run writes: as lies beside the run's record, else, for the oldest runs, in its data set. Undefined
 * where there is none, or none that can be used: `passedOver` is told of that.
 */
export async function readStyleOf(
  workspace: Workspace,
  { id, dataset }: Pick<RunRecord, "id" | "dataset">,
  passedOver: PassedOver,
): Promise<Style | undefined> {
  const read = (directory: string) =>
    orPassOver(
      readJsonFile(path.join(directory, "style.json"), Style, {
        fix: "Delete it; persona prepare makes that of the data set again. Until then, the times of answers are usual ones.",
      }),
      passedOver,
    );
  return (await read(runDirectory(workspace, id))) ?? read(path.join(workspace.shards, dataset));
}

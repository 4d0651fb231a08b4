import type { Style } from "../../../handoffs/index.ts";
import { valueAt } from "./histogram.ts";
import { rhythmOf, type Situation } from "./rhythm.ts";

/** How long a persona takes: as the person does, or quicker. */
export interface Timing {
  /** From what the times were learnt, for people. */
  readonly about: string;
  /** How long to wait after a friend's message for more of their burst: until it is improbable that they go on. */
  burstWaitMs(heard: Heard): number;
  /** From a friend's last message to the first bubble of the answer; drawn anew each time. */
  replyDelayMs(situation: Situation): number;
  /** From one bubble of an answer to the next one, which has so many characters; drawn anew each time. */
  bubbleGapMs(characters: number): number;
  /** How long somebody is seen typing a bubble of so many characters. */
  typingMs(characters: number): number;
}

/** A friend's message, as far as timing goes. */
interface Heard {
  characters: number;
}

interface TimingOptions {
  /** What the person's own times are multiplied by: 0 answers at once, 1 as the person did. */
  patience: number;
  /** Draws numbers from 0 to 1. */
  random?: () => number;
}

/** Nobody waits longer for a bot, and an answer that is still to come is lost in a restart. */
const longestReplyDelayMs = 3_600_000;
const longestBubbleGapMs = 120_000;

/**
 * A friend's burst lasts as long whatever the persona's patience is, and an answer into it would come too soon: from this
 * patience on, its end is waited for as long as it takes.
 */
const wholeBurstFrom = 0.25;

/** Who writes at once what they have in mind takes the time of the quickest quarter. */
const shareOfWriting = 0.25;

/** Times drawn from what was counted of a persona; where there is no `style`, usual ones. */
export function timingOf(
  style: Style | undefined,
  { patience, random = Math.random }: TimingOptions,
): Timing {
  const rhythm = rhythmOf(style);
  const scaled = (seconds: number, longestMs: number) => Math.min(1000 * seconds, longestMs) * patience;
  return {
    about: `${rhythm.about}, at patience ${patience}`,
    burstWaitMs: ({ characters }) =>
      1000 * rhythm.burstWait(characters) * Math.min(1, patience / wholeBurstFrom),
    replyDelayMs: (situation) => scaled(valueAt(rhythm.replyDelay(situation), random()), longestReplyDelayMs),
    bubbleGapMs: (characters) => scaled(valueAt(rhythm.bubbleGap(characters), random()), longestBubbleGapMs),
    typingMs: (characters) =>
      scaled(valueAt(rhythm.bubbleGap(characters), shareOfWriting), longestBubbleGapMs),
  };
}

import { UserError } from "../../errors.ts";
import type { Gap, MeasuredGap, Style } from "../../handoffs/index.ts";
import { seededRandom } from "../inputs/index.ts";
import { kolmogorovSmirnov, pinballLoss, quantileOf, quantiles } from "./fit.ts";

type Reply = Gap & { kind: "reply" };

export interface Gaps {
  /** Of the gaps that are not held out. */
  style: Style;
  gaps: MeasuredGap[];
}

/** The times that serving would keep. */
interface Times {
  burstWaitMs(heard: { characters: number }): number;
  replyDelayMs(situation: { at: Date; silenceMs?: number | undefined }): number;
  bubbleGapMs(characters: number): number;
}

export type OpenTimes = (style: Style, options: { patience: number; random: () => number }) => Times;

/** How served gaps of one kind fit held-out ones. */
interface Fit {
  gaps: number;
  /** Between served gaps and the held-out ones, and between two halves of the person's own. */
  distance: number;
  ownHalves: number;
  /** Of the logarithms of seconds, each as a share of a constant's: 1 is no better. */
  pinball: { ofMedian: number; ofQuantiles: number };
}

/** How the end of a friend's burst is waited for. */
interface BurstFit {
  /** Held-out messages that the same friend followed by another. */
  followed: number;
  /** Of them, the share whose next one came before an answer would: one that waits, and one that only takes its time. */
  beforeAnswer: { patience: number; waiting: number; notWaiting: number }[];
  medianWaitSeconds: number;
}

export interface TimingFit {
  replies: Fit;
  bubbles: Fit;
  bursts: BurstFit;
}

/**
 * Draws served times for every held-out gap, and compares.
 *
 * @throws {UserError} where there is no reply to compare with.
 */
export function compareTimes(gaps: Gaps, openTimes: OpenTimes, seed: number): TimingFit {
  if (!gaps.gaps.some(({ kind, isHeldOut }) => kind === "reply" && isHeldOut)) throw nothingHeldOut();
  const comparing = { openTimes, seed };
  const replyDelay: Draw = (times, gap) => (gap.kind === "reply" ? times.replyDelayMs(situationOf(gap)) : 0);
  const bubbleGap: Draw = (times, gap) => (gap.kind === "bubble" ? times.bubbleGapMs(gap.characters) : 0);
  return {
    replies: fitOf("reply", gaps, replyDelay, comparing),
    bubbles: fitOf("bubble", gaps, bubbleGap, comparing),
    bursts: burstFit(gaps, comparing),
  };
}

function nothingHeldOut(): UserError {
  return new UserError("No held-out conversation has an answer of yours whose time is known.", {
    fix: "Hold out more of them: --held-out 0.5",
  });
}

type Draw = (times: Times, gap: Gap) => number;

function situationOf({ askedAt, silenceSeconds }: Reply) {
  return {
    at: new Date(askedAt),
    ...(silenceSeconds !== undefined && { silenceMs: 1000 * silenceSeconds }),
  };
}

/** More draws than gaps: what is left of chance is in the gaps. */
const drawsAGap = 20;

interface Comparing {
  openTimes: OpenTimes;
  seed: number;
}

function fitOf(kind: Gap["kind"], { style, gaps }: Gaps, draw: Draw, { openTimes, seed }: Comparing): Fit {
  const ofKind = gaps.filter((gap) => gap.kind === kind);
  const heldOut = ofKind.filter(({ isHeldOut }) => isHeldOut);
  const times = openTimes(style, { patience: 1, random: seededRandom(seed) });
  const served = heldOut.flatMap((gap) => Array.from({ length: drawsAGap }, () => draw(times, gap) / 1000));
  const halves = [0, 1].map((half) => secondsOf(ofKind.filter((gap) => gap.half === half)));
  return {
    gaps: heldOut.length,
    distance: kolmogorovSmirnov(served.map(Math.floor), secondsOf(heldOut)),
    ownHalves: kolmogorovSmirnov(halves[0] ?? [], halves[1] ?? []),
    pinball: relativeLosses(heldOut, ofKind, forecastWith(style, openTimes, draw)),
  };
}

/** Exports differ in whether they know more than whole seconds. */
function secondsOf(gaps: Gap[]): number[] {
  return gaps.map(({ seconds }) => Math.floor(seconds));
}

/** The inverse of a distribution is its quantile: a "random" number that is none gives the forecast of it. */
function forecastWith(
  style: Style,
  openTimes: OpenTimes,
  draw: Draw,
): (gap: Gap, quantile: number) => number {
  let asked = 0;
  const times = openTimes(style, { patience: 1, random: () => asked });
  return (gap, quantile) => {
    asked = quantile;
    return draw(times, gap) / 1000;
  };
}

function relativeLosses(
  heldOut: Gap[],
  all: MeasuredGap[],
  forecast: (gap: Gap, quantile: number) => number,
): Fit["pinball"] {
  const known = all.filter(({ isHeldOut }) => !isHeldOut).map(({ seconds }) => logarithm(seconds));
  const constants = new Map(quantiles.map((share) => [share, quantileOf(known, share)]));
  const values = heldOut.map(({ seconds }) => logarithm(seconds));
  const loss = pinballLoss(values, (index, share) => logarithm(forecast(heldOut[index] as Gap, share)));
  return {
    ofMedian: loss / pinballLoss(values, () => constants.get(0.5) ?? 0),
    ofQuantiles: loss / pinballLoss(values, (_, share) => constants.get(share) ?? 0),
  };
}

/** A minute too long matters to one who waits for seconds, and not to one who waits for hours. */
function logarithm(seconds: number): number {
  return Math.log(1 + seconds);
}

/** As the person, as usual, and nearly at once. */
const patiences = [1, 0.25, 0.05];

function burstFit({ style, gaps }: Gaps, { openTimes, seed }: Comparing): BurstFit {
  const heldOut = gaps.filter(({ isHeldOut }) => isHeldOut);
  const pauses = heldOut.flatMap((gap) => (gap.kind === "pause" ? [gap] : []));
  const delays = heldOut.flatMap((gap) => (gap.kind === "reply" ? [gap] : []));
  const followed = pauses.filter(({ isAgain }) => isAgain);
  const beforeAnswer = patiences.map((patience) => {
    const times = openTimes(style, { patience, random: seededRandom(seed) });
    const answers = followed.map((heard, index) => ({
      heard,
      delayMs: times.replyDelayMs(situationOf(delays[index % delays.length] as Reply)),
    }));
    const waiting = shareOf(
      answers,
      ({ heard, delayMs }) => Math.max(delayMs, times.burstWaitMs(heard)) / 1000 >= heard.seconds,
    );
    const notWaiting = shareOf(answers, ({ heard, delayMs }) => delayMs / 1000 >= heard.seconds);
    return { patience, waiting, notWaiting };
  });
  const times = openTimes(style, { patience: 1, random: seededRandom(seed) });
  const waits = pauses.map((heard) => times.burstWaitMs(heard) / 1000);
  return { followed: followed.length, beforeAnswer, medianWaitSeconds: quantileOf(waits, 0.5) };
}

function shareOf<T>(all: T[], isOne: (one: T) => boolean): number {
  return all.filter(isOne).length / Math.max(1, all.length);
}

import type { Style } from "../../../handoffs/index.ts";
import { formatCount } from "../../../terminal.ts";
import { secondsToBurstEnd } from "./burst-end.ts";
import { classOf, type Histogram, sumOf } from "./histogram.ts";

/** When and after how long a silence a friend wrote. */
export interface Situation {
  at: Date;
  /** How long nobody had written before; undefined where that is not known. */
  silenceMs?: number | undefined;
}

/** How long somebody takes, in seconds. */
interface Rhythm {
  /** From what it was learnt, for people. */
  readonly about: string;
  /** From a friend's last message to the first bubble of the answer. */
  replyDelay(situation: Situation): Histogram;
  /** How long a friend who wrote so many characters is waited for, until it is improbable that they go on. */
  burstWait(characters: number): number;
  /** From one bubble to the next one, which has so many characters. */
  bubbleGap(characters: number): Histogram;
}

/** The rhythm of a data set's persona; where nothing is known of it, a usual one. */
export function rhythmOf(style: Style | undefined): Rhythm {
  if (style === undefined) return usualRhythm;
  const { replyDelaySeconds, bubbleDelaySeconds } = style;
  const edges = style.edges.delaySeconds;
  const hourOf = clockIn(style.timeZone);
  const { overall, byHour, bySilence } = replyDelaySeconds;
  return {
    about: aboutTimes(style),
    burstWait: (characters) => secondsToBurstEnd(style, characters) ?? usualRhythm.burstWait(),
    replyDelay({ at, silenceMs }) {
      if (overall.count === 0) return usualRhythm.replyDelay();
      const known = [byHour[hourOf(at)]?.counts];
      if (silenceMs !== undefined) {
        known.push(classOf(silenceMs / 1000, bySilence, ({ fromSeconds }) => fromSeconds)?.delay.counts);
      }
      return { edges, counts: shiftedBy(known, overall.counts) };
    },
    bubbleGap(characters) {
      const like = classOf(characters, bubbleDelaySeconds, ({ fromCharacters }) => fromCharacters);
      const counts = like?.delay.counts ?? [];
      return sumOf(counts) === 0 ? usualRhythm.bubbleGap(characters) : { edges, counts };
    },
  };
}

function aboutTimes({ turns, persona, friendPauseSeconds }: Style): string {
  const learnt = `${formatCount(turns)} turns of ${persona}`;
  return friendPauseSeconds === undefined
    ? `${learnt}; how long friends pause within a burst is a guess, since its data set is of an earlier version`
    : learnt;
}

/** Few replies of an hour say little about it: those of all hours stand beside them, with the weight of so many. */
const weightOfAll = 50;

/**
 * What is counted of all, shifted by how each kind differs from it: for two kinds at once, such as an hour and a silence,
 * there are seldom enough replies to count.
 */
function shiftedBy(kinds: (number[] | undefined)[], all: number[]): number[] {
  const total = sumOf(all);
  const shares = all.map((count) => count / total);
  return kinds.reduce<number[]>((shifted, kind = []) => {
    const whole = sumOf(kind) + weightOfAll;
    return shifted.map((count, bin) => {
      const share = shares[bin] ?? 0;
      return share === 0 ? 0 : (count * ((kind[bin] ?? 0) + weightOfAll * share)) / (whole * share);
    });
  }, all);
}

function clockIn(timeZone: string): (at: Date) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", hourCycle: "h23" });
  return (at) => Number(format.format(at));
}

/** What most people would find natural, where nobody counted. */
const usualRhythm = {
  about: "usual times",
  burstWait: () => 8,
  replyDelay: () => ({ edges: [3, 6, 12, 24, 48, 96], counts: [1, 2, 3, 2, 1, 0] }),
  bubbleGap: (characters: number) => {
    const typing = 2 + characters / 6;
    return { edges: [typing / 2, typing, 2 * typing], counts: [1, 1, 0] };
  },
} satisfies Rhythm;

import type { Interval, TrainerEvent } from "../../handoffs/index.ts";
import { intervalOf, pairedDifference, type Sums } from "../paired.ts";
import { isReal } from "../statistics.ts";
import type { ComparedRun } from "./compared-run.ts";

/** A run that finished, by what the persona's held-out words cost it. */
export interface Ranked {
  id: string;
  /** Bits a byte. Without an interval where too little was held out, or the run comes from before it was kept. */
  bits: Interval | number;
  /** How much more than the best: by pairs of conversations, so that what they have in common does not count. */
  behind?: Interval | number;
  /** Whether it may be as good as the best. */
  isLevel: boolean;
}

/** The runs that finished, best first. */
export function rankRuns(runs: ComparedRun[]): Ranked[] {
  const measured = runs.flatMap(({ run, events }) => {
    const bits = run.personaBitsPerByte?.best;
    const isRanked = run.state === "finished" && bits !== undefined;
    return isRanked ? [{ id: run.id, bits, sums: sumsOf(events) }] : [];
  });
  const [best, ...others] = measured.sort((a, b) => a.bits - b.bits);
  if (best === undefined) return [];
  const withInterval = ({ bits, sums }: typeof best) => intervalOf(sums) ?? bits;
  return [
    { id: best.id, bits: withInterval(best), isLevel: true },
    ...others.map((other) => {
      const behind = pairedDifference(best.sums, other.sums) ?? other.bits - best.bits;
      const isLevel = typeof behind !== "number" && !isReal(behind);
      return { id: other.id, bits: withInterval(other), behind, isLevel };
    }),
  ];
}

/** What the trainer measured last: the same held-out words have as many bytes in each conversation, whatever the base. */
function sumsOf(events: TrainerEvent[]): Sums {
  const words = events.findLast((event) => event.type === "finished")?.personaWords ?? [];
  return {
    shards: words.map(([, bytes]) => bytes).join(" "),
    rows: new Map(words.entries()),
    figure: ([bits = 0, bytes = 0]) => bits / bytes,
  };
}

/** All runs: those that finished, best first, then the others by their last figure. */
export function inOrder({ runs, ranking }: { runs: ComparedRun[]; ranking: Ranked[] }): ComparedRun[] {
  const placeOf = ({ run, events }: ComparedRun): number => {
    const place = ranking.findIndex(({ id }) => id === run.id);
    return place === -1 ? ranking.length + (courseOf(events).at(-1)?.[1] ?? Number.MAX_VALUE) : place;
  };
  return [...runs].sort((a, b) => placeOf(a) - placeOf(b));
}

/** What the persona's held-out words cost at each share of a run's steps; a run that was interrupted says some again. */
export function courseOf(events: TrainerEvent[]): [share: number, bits: number][] {
  const steps = events.findLast((event) => event.type === "step")?.totalSteps;
  const measured = events.flatMap((event): [number, number][] =>
    event.type === "evaluation" && event.personaBitsPerByte && steps
      ? [[event.step / steps, event.personaBitsPerByte]]
      : [],
  );
  return [...new Map(measured)].sort(([a], [b]) => a - b);
}

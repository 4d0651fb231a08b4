import type { Interval, TrainerEvent } from "../../handoffs/index.ts";
import { intervalOf, pairedDifference, type Sums } from "../paired.ts";
import { isReal } from "../statistics.ts";
import { type ComparedRun, variedChoices } from "./compared-run.ts";

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

/** The runs that finished, best first; none where `whyUnranked` has a reason. */
export function rankRuns(runs: ComparedRun[]): Ranked[] {
  if (whyUnranked(runs) !== undefined) return [];
  const measured = runs.flatMap(({ run, events }) => {
    const bits = finalBitsOf({ run });
    return bits === undefined ? [] : [{ id: run.id, bits, sums: sumsOf(events) }];
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

/** Why runs that finished have no order: what other held-out words cost does not compare. */
export function whyUnranked(runs: ComparedRun[]): string | undefined {
  const measured = runs.filter((each) => finalBitsOf(each) !== undefined);
  const varied = variedChoices(measured);
  const others = ["dataset", "contextLength", "evaluationRows"].filter((name) => varied.has(name));
  const words = new Set(measured.map(({ events }) => heldOutIn(wordsOf(events))));
  const isUnknownOfSome = words.delete(undefined);
  if (words.size <= 1 && !(isUnknownOfSome && others.length > 0)) return undefined;
  const cause = others.length === 0 ? "" : ` (not the same: ${others.join(", ")})`;
  return `The runs were measured on different held-out words${cause}, so that their figures do not compare.`;
}

function finalBitsOf({ run }: Pick<ComparedRun, "run">): number | undefined {
  return run.state === "finished" ? run.personaBitsPerByte?.best : undefined;
}

type Words = [bits: number, bytes: number][];

/** What the trainer measured last; undefined for a run from before it was kept. */
function wordsOf(events: TrainerEvent[]): Words | undefined {
  return events.findLast((event) => event.type === "finished")?.personaWords;
}

/** The same held-out words have as many bytes in each conversation, whatever the base. */
function heldOutIn(words: Words | undefined): string | undefined {
  return words?.map(([, bytes]) => bytes).join(" ");
}

function sumsOf(events: TrainerEvent[]): Sums {
  const words = wordsOf(events);
  return {
    shards: heldOutIn(words) ?? "",
    rows: new Map(words?.entries()),
    figure: ([bits = 0, bytes = 0]) => bits / bytes,
  };
}

/** All runs: those that finished, best first, then the others by their last figure; as they are, if nothing compares. */
export function inOrder({ runs, ranking }: { runs: ComparedRun[]; ranking: Ranked[] }): ComparedRun[] {
  if (whyUnranked(runs) !== undefined) return runs;
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

import type { Evaluation, Interval } from "../../handoffs/index.ts";
import { type Measure, measuresOf } from "../measures.ts";
import { pairedDifference } from "../paired.ts";
import { asInterval, differenceOf, isReal } from "../statistics.ts";

type Verdict =
  | "better"
  | "worse"
  | "no real difference"
  | "measured without an interval"
  | "other data set"
  | "drawn in another way";

/** One figure of several runs, each beside the first. */
export interface Comparison extends Pick<Measure, "name" | "unit"> {
  figures: { run: string; value: Measure["value"]; difference?: Interval | number; verdict?: Verdict }[];
}

/** What several evaluations have in common to compare, the most telling first. */
export function compareEvaluations(evaluations: Evaluation[]): Comparison[] {
  const [first, ...others] = evaluations.map((evaluation) => ({
    run: evaluation.run,
    shards: evaluation.shards,
    measures: measuresOf(evaluation),
  }));
  if (first === undefined) return [];
  return first.measures.flatMap((measure): Comparison[] => {
    const { name, unit, value } = measure;
    const beside = others.flatMap(({ run, shards, measures }) => {
      const other = measures.find((candidate) => candidate.name === name);
      if (other === undefined) return [];
      const why = shards === first.shards ? whyUnlike(measure, other) : "other data set";
      return [
        { run, value: other.value, ...(why === undefined ? differ(measure, other) : { verdict: why }) },
      ];
    });
    return beside.length === 0 ? [] : [{ name, unit, figures: [{ run: first.run, value }, ...beside] }];
  });
}

/** Why evaluations do not compare; undefined where they do. */
export function whyIncomparable(evaluations: Evaluation[]): string | undefined {
  const dataSets = new Set(evaluations.map(({ shards }) => shards));
  return dataSets.size > 1
    ? "They were evaluated on different data sets, so that their figures do not compare."
    : undefined;
}

/** Filters and guard change replies: what is measured of them is no change in the run. */
function whyUnlike(first: Measure, second: Measure): Verdict | undefined {
  return first.servedBy === second.servedBy ? undefined : "drawn in another way";
}

function differ(first: Measure, second: Measure): { difference: Interval | number; verdict: Verdict } {
  const difference = intervalBetween(first, second);
  if (difference === undefined) {
    return {
      difference: asInterval(second.value).value - asInterval(first.value).value,
      verdict: "measured without an interval",
    };
  }
  if (!isReal(difference)) return { difference, verdict: "no real difference" };
  return { difference, verdict: difference.value < 0 === (first.better === "lower") ? "better" : "worse" };
}

function intervalBetween(first: Measure, second: Measure): Interval | undefined {
  const paired = first.sums && second.sums && pairedDifference(first.sums, second.sums);
  if (paired !== undefined) return paired;
  if (typeof first.value === "number" || typeof second.value === "number") return undefined;
  return differenceOf(first.value, second.value);
}

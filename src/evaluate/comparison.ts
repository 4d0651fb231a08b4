import type { Evaluation, Interval } from "../handoffs/index.ts";
import { type Measure, measuresOf } from "./measures.ts";
import { differenceOf, isReal } from "./statistics.ts";

type Verdict = "better" | "worse" | "no real difference" | "measured without an interval";

/** One figure of several runs, each beside the first. */
export interface Comparison extends Pick<Measure, "name" | "unit"> {
  figures: { run: string; value: Measure["value"]; difference?: Interval | number; verdict?: Verdict }[];
}

/** What several evaluations have in common to compare, the most telling first. */
export function compareEvaluations(evaluations: Evaluation[]): Comparison[] {
  const [first, ...others] = evaluations.map((evaluation) => ({
    run: evaluation.run,
    measures: measuresOf(evaluation),
  }));
  if (first === undefined) return [];
  return first.measures.flatMap((measure): Comparison[] => {
    const { name, unit, value, better } = measure;
    const beside = others.flatMap(({ run, measures }) => {
      const other = measures.find((candidate) => candidate.name === name);
      return other === undefined ? [] : [{ run, value: other.value, ...differ(value, other.value, better) }];
    });
    return beside.length === 0 ? [] : [{ name, unit, figures: [{ run: first.run, value }, ...beside] }];
  });
}

function differ(
  first: Measure["value"],
  second: Measure["value"],
  better: Measure["better"],
): { difference: Interval | number; verdict: Verdict } {
  if (typeof first === "number" || typeof second === "number") {
    return { difference: middleOf(second) - middleOf(first), verdict: "measured without an interval" };
  }
  const difference = differenceOf(first, second);
  if (!isReal(difference)) return { difference, verdict: "no real difference" };
  return { difference, verdict: difference.value < 0 === (better === "lower") ? "better" : "worse" };
}

function middleOf(value: Measure["value"]): number {
  return typeof value === "number" ? value : value.value;
}

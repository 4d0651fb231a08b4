import { type Evaluation, isMeasured, type Measured } from "../handoffs/index.ts";
import { type Comparison, compareEvaluations } from "./comparisons/index.ts";
import { formatMeasure, measureNames } from "./measures.ts";
import { differenceOf, wilsonInterval } from "./statistics.ts";

interface RefinementVerdict {
  isKept: boolean;
  /** What speaks against it. */
  reasons: string[];
}

/**
 * Whether a refinement is told from the person less often than its parent beyond chance, and nothing that counts got worse;
 * undefined where too little was measured to say, or their replies as served were drawn in two ways.
 */
export function judgeRefinement(parent: Evaluation, refined: Evaluation): RefinementVerdict | undefined {
  if (![parent, refined].every(({ twoSample }) => isMeasured(twoSample))) return undefined;
  if (wayOf(parent) !== wayOf(refined)) return undefined;
  const reasons = [...reasonsAgainst(parent, refined)];
  return { isKept: reasons.length === 0, reasons };
}

const wayOf = ({ servedBy = "pytorch" }: Evaluation) => servedBy;

function* reasonsAgainst(parent: Evaluation, refined: Evaluation): Generator<string> {
  if (parent.shards !== refined.shards) {
    yield "they were evaluated on different data sets";
    return;
  }
  const comparisons = compareEvaluations([parent, refined]);
  const find = (wanted: string) => comparisons.find(({ name }) => name === wanted);
  const told = find(measureNames.toldAsServed);
  if (told !== undefined && told.figures[1]?.verdict !== "better")
    yield `it is told from the real one no less often (${changeIn(told)})`;
  for (const name of [measureNames.canaries, measureNames.membership]) {
    const comparison = find(name);
    if (comparison?.figures[1]?.verdict === "worse") yield `${name} rose (${changeIn(comparison)})`;
  }
  if (refined.leaks.verdict === "leaks" && parent.leaks.verdict === "none")
    yield `it leaks, and its parent does not: ${refined.leaks.reasons.join("; ")}`;
  yield* poorerIn(parent, refined);
}

function changeIn({ figures, unit }: Comparison): string {
  return figures.map(({ value }) => formatMeasure({ value, unit })).join(", then ");
}

const diversity = "distinct pairs of words";
const repetitions = ["repeats itself", "same as another reply"];
/** Of a share of all pairs of words, which has no interval: two samples of one run differ by less. */
const leastFall = 0.02;

/** Each beside what people do in as many replies, since longer samples repeat more: only what leads away from them counts. */
function* poorerIn(parent: Evaluation, refined: Evaluation): Generator<string> {
  const before = ratesOf(parent);
  for (const [name, { run, human }] of ratesOf(refined)) {
    const earlier = before.get(name);
    if (earlier === undefined) continue;
    const words = `${percent(earlier.run)}, then ${percent(run)}; people ${percent(human)}`;
    if (name === diversity && run < human && earlier.run - earlier.human - (run - human) > leastFall)
      yield `it says fewer different things: ${name} ${words}`;
    if (repetitions.includes(name) && run > human && isMore(earlier.run, run, parent, refined))
      yield `it repeats more: ${name} ${words}`;
  }
}

function isMore(earlier: number, later: number, parent: Evaluation, refined: Evaluation): boolean {
  const interval = (share: number, { sizes }: Evaluation) =>
    wilsonInterval(share * sizes.replies, sizes.replies);
  return differenceOf(interval(earlier, parent), interval(later, refined)).low > 0;
}

type Rate = Measured<Evaluation["degeneration"]>[number];

function ratesOf({ degeneration }: Evaluation): Map<string, Rate> {
  return new Map(isMeasured(degeneration) ? degeneration.map((rate) => [rate.name, rate]) : []);
}

function percent(share: number): string {
  return formatMeasure({ value: share, unit: "share" });
}

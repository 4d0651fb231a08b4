import { type Evaluation, type Interval, isMeasured } from "../handoffs/index.ts";
import { formatPercent } from "../terminal.ts";
import type { Sums } from "./paired.ts";
import { wilsonInterval } from "./statistics.ts";

/** One figure of an evaluation, by which runs are compared. */
export interface Measure {
  name: string;
  /** Without an interval, nothing says whether a difference is one. */
  value: Interval | number;
  unit: "share" | "points" | "bits" | "count";
  better: "lower" | "higher";
  /** Who drew the replies that it measures, where they are those that friends would get. */
  servedBy?: Evaluation["servedBy"];
  /** Of what it was computed, where runs on the same conversations can be compared one by one. */
  sums?: Sums;
  /** What it lies between. */
  anchors?: { name: string; value: number }[];
}

/** Those by which more than a table is decided. */
export const measureNames = {
  toldAsServed: "told from the real one, as served",
  membership: "training told from held-out (AUC)",
  canaries: "canaries told from their unseen twins (AUC)",
};

/** Bags of this size are what the verifier is quoted for: single replies say little, and few have twenty. */
const quotedBag = 10;

/** What was measured of a run, the most telling first. */
export function measuresOf(evaluation: Evaluation): Measure[] {
  return [
    ...likelihoodOf(evaluation),
    ...twoSampleOf(evaluation),
    ...verifiersOf(evaluation),
    ...styleOf(evaluation),
    ...relevanceOf(evaluation),
    ...fittingOf(evaluation),
    ...leaksOf(evaluation.leaks),
  ];
}

function likelihoodOf({ likelihood, shards }: Evaluation): Measure[] {
  if (!isMeasured(likelihood)) return [];
  const { persona, others, specificity, byConversation = [] } = likelihood;
  const rows = new Map(
    byConversation.map(({ conversation, ...of }) => [
      conversation,
      [...costs(of.persona), ...costs(of.others)],
    ]),
  );
  const sumsFor = (figure: Sums["figure"]) => (rows.size > 0 ? { sums: { shards, rows, figure } } : {});
  const bits = (whose: string, { base, run }: typeof persona, figure: Sums["figure"]): Measure => ({
    name: `bits per byte, ${whose}`,
    value: run,
    unit: "bits",
    better: "lower",
    anchors: [{ name: "base", value: base }],
    ...sumsFor(figure),
  });
  return [
    ...(specificity === null
      ? []
      : [
          {
            name: "specificity",
            value: specificity,
            unit: "points",
            better: "higher",
            ...sumsFor(ownGain),
          } as const,
        ]),
    bits("the persona", persona, ([, run = 0, bytes = 0]) => run / bytes),
    bits("others", others, ([, , , , run = 0, bytes = 0]) => run / bytes),
  ];
}

function costs({ base, run, bytes }: { base: number; run: number; bytes: number }): number[] {
  return [base, run, bytes];
}

/** What the others' words still cost, as a share of what they cost the base, less the same of the persona's. */
function ownGain([base = 0, run = 0, , othersBase = 0, othersRun = 0]: number[]): number {
  return othersRun / othersBase - run / base;
}

/** In older evaluations PyTorch drew them. */
function drawnBy({ servedBy = "pytorch" }: Evaluation): Pick<Measure, "servedBy"> {
  return { servedBy };
}

function twoSampleOf(evaluation: Evaluation): Measure[] {
  const { twoSample } = evaluation;
  if (!isMeasured(twoSample)) return [];
  const { served, run, base, anchors } = twoSample;
  const told = (name: string, value: Interval): Measure => ({
    name,
    value,
    unit: "share",
    better: "lower",
    anchors: [
      { name: "chance", value: 0.5 },
      { name: "the person, over time", value: anchors.self.value },
      { name: "somebody else", value: anchors.otherPerson.value },
      { name: "base", value: base.value },
    ],
  });
  return [
    { ...told(measureNames.toldAsServed, served), ...drawnBy(evaluation) },
    told("told from the real one, at temperature 1", run),
  ];
}

function verifiersOf(evaluation: Evaluation): Measure[] {
  const { verifier } = evaluation;
  if (!isMeasured(verifier)) return [];
  return verifier.flatMap(({ name, bags }): Measure[] => {
    const bag = bags.find(({ size }) => size === quotedBag);
    if (bag === undefined) return [];
    return [
      {
        name: `bags of ${quotedBag} taken for the persona's, ${name}`,
        value: bag.generated,
        unit: "share",
        better: "higher",
        ...drawnBy(evaluation),
        anchors: [
          { name: "real", value: bag.real },
          { name: "friends", value: bag.friends },
          { name: "base", value: bag.base },
        ],
      },
    ];
  });
}

/** How far its habits are from the person's, in distances of the person's own halves; undefined where it was not measured. */
export function styleDistance({ style }: Pick<Evaluation, "style">): number | undefined {
  return isMeasured(style) && style.length > 0 ? meanRatio(style.map(inOwnHalves)) : undefined;
}

function styleOf({ style }: Evaluation): Measure[] {
  const distance = styleDistance({ style });
  if (!isMeasured(style) || distance === undefined) return [];
  return [
    {
      name: "distance of style, × the person's own halves",
      value: distance,
      unit: "bits",
      better: "lower",
      anchors: [
        { name: "own halves", value: 1 },
        {
          name: "base",
          value: meanRatio(style.map(({ base, ...own }) => inOwnHalves({ ...own, distance: base }))),
        },
      ],
    },
  ];
}

/** Habits are measured in units of their own: what makes them comparable is how far apart the person's own halves are. */
export function inOwnHalves({ distance, ownHalves }: { distance: number; ownHalves: number }): number {
  return Math.max(distance, minDistance) / Math.max(ownHalves, minDistance);
}

/** Where two halves are alike, every other distance would be endless. */
const minDistance = 0.01;

/** The geometric mean: twice as far in one habit and half as far in another is as far. */
function meanRatio(ratios: number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

function relevanceOf(evaluation: Evaluation): Measure[] {
  const { relevance } = evaluation;
  if (!isMeasured(relevance)) return [];
  return [
    {
      name: "fits its own context best",
      value: relevance.generated,
      unit: "share",
      better: "higher",
      ...drawnBy(evaluation),
      anchors: [
        { name: "chance", value: 0.5 },
        { name: "real", value: relevance.real.value },
      ],
    },
  ];
}

function fittingOf(evaluation: Evaluation): Measure[] {
  const { fitting } = evaluation;
  if (fitting === undefined || !isMeasured(fitting)) return [];
  return [
    {
      name: "is about its own context",
      value: fitting.served,
      unit: "share",
      better: "higher",
      ...drawnBy(evaluation),
      anchors: [
        { name: "base", value: fitting.base.value },
        { name: "real", value: fitting.real.value },
      ],
    },
  ];
}

function leaksOf({
  extraction,
  membership,
  canaries,
  overlap,
  privatePatterns,
}: Evaluation["leaks"]): Measure[] {
  const measures: Measure[] = [];
  if (isMeasured(extraction)) {
    measures.push({
      name: "training messages that come out when asked once",
      value: (extraction.persona.n1 + extraction.others.n1) / Math.max(1, extraction.messages),
      unit: "share",
      better: "lower",
    });
  }
  if (isMeasured(membership)) {
    measures.push({
      name: measureNames.membership,
      value: membership.auc,
      unit: "share",
      better: "lower",
      anchors: [{ name: "chance", value: 0.5 }],
    });
  }
  if (canaries !== undefined && isMeasured(canaries) && canaries.auc !== undefined) {
    measures.push({
      name: measureNames.canaries,
      value: canaries.auc,
      unit: "share",
      better: "lower",
      anchors: [{ name: "chance", value: 0.5 }],
    });
  }
  if (isMeasured(overlap)) {
    measures.push({
      name: "replies with 8 words of training in a row",
      value: wilsonInterval(overlap.eight, overlap.replies),
      unit: "share",
      better: "lower",
      ...(overlap.human && {
        anchors: [{ name: "real", value: overlap.human.eight / Math.max(1, overlap.human.replies) }],
      }),
    });
  }
  if (isMeasured(privatePatterns))
    measures.push({ name: "private passages", value: privatePatterns.found, unit: "count", better: "lower" });
  return measures;
}

/** `62 % (60 to 64)`, `1.265`. */
export function formatMeasure({ value, unit }: Pick<Measure, "value" | "unit">): string {
  if (typeof value === "number") return formatFigure(value, unit);
  const figure = (part: number) => formatFigure(part, unit).replace(/ (?:%|points)$/, "");
  return `${formatFigure(value.value, unit)} (${figure(value.low)} to ${figure(value.high)})`;
}

export function formatFigure(figure: number, unit: Measure["unit"]): string {
  // Of what rounds to zero, a sign would say more than the digits do.
  const value = Math.abs(figure) < leastShown[unit] / 2 ? 0 : figure;
  if (unit === "share") return formatPercent(value, 1);
  if (unit === "points") return `${(100 * value).toFixed(1)} points`;
  return unit === "bits" ? value.toFixed(3) : String(Number(value.toFixed(2)));
}

/** The last digit that is shown, in a figure's own terms. */
const leastShown = { share: 1e-3, points: 1e-3, bits: 1e-3, count: 1e-2 } as const;

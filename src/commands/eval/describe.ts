import { formatFigure, formatMeasure, measuresOf } from "../../evaluate/index.ts";
import { type Calibration, type Evaluation, isMeasured } from "../../handoffs/index.ts";
import { formatDuration, formatPlural } from "../../terminal.ts";

/** What was measured of a run, a line a figure, and at the end what it gives away. */
export function describeEvaluation(evaluation: Evaluation): string[] {
  const { sizes, seconds, leaks, run } = evaluation;
  const replies = formatPlural(sizes.replies, "reply", "replies");
  return [
    `Run ${run}, by ${replies} to held-out messages, in ${formatDuration(seconds)}:`,
    ...describeFigures(evaluation),
    ...describeSkipped(evaluation),
    leaks.verdict === "none"
      ? "It tells no secrets that were looked for."
      : `It leaks: ${leaks.reasons.join("; ")}.`,
  ];
}

/** How a run's replies are drawn from now on, and what that is worth. */
export function describeCalibration(
  { replies, conversations, distances: { chosen, usual }, ...drawn }: Calibration,
  otherwise: Sampling,
): string {
  const by = `${formatPlural(replies, "reply", "replies")} in ${formatPlural(conversations, "conversation")}`;
  if (isSameSampling(drawn, otherwise))
    return `Calibrated by ${by}: none of the ways tried is clearly nearer to the person than the usual one.`;
  const distance = ({ value, error }: typeof chosen) => `${value.toFixed(4)} ± ${error.toFixed(4)}`;
  const asUsual = `${distance(usual)} as usual`;
  return `Calibrated by ${by}: ${describeSampling(drawn)} is at a distance of ${distance(chosen)} from the person, ${asUsual}.`;
}

type Sampling = Pick<Calibration, "temperature" | "topP" | "minP">;

function isSameSampling(one: Sampling, other: Sampling): boolean {
  return one.temperature === other.temperature && one.topP === other.topP && one.minP === other.minP;
}

function describeSampling({ temperature, topP, minP }: Sampling): string {
  return `temperature ${temperature}, top-p ${topP}, min-p ${minP}`;
}

function describeFigures(evaluation: Evaluation): string[] {
  const rows = measuresOf(evaluation).map((measure) => ({
    name: measure.name,
    value: formatMeasure(measure),
    anchors: (measure.anchors ?? [])
      .map(({ name, value }) => `${name} ${formatFigure(value, measure.unit)}`)
      .join(", "),
  }));
  const [nameWidth, valueWidth] = (["name", "value"] as const).map((key) =>
    Math.max(0, ...rows.map((row) => row[key].length)),
  );
  return rows.map(({ name, value, anchors }) =>
    `  ${name.padEnd(nameWidth ?? 0)}  ${value.padEnd(valueWidth ?? 0)}  ${anchors}`.trimEnd(),
  );
}

function describeSkipped({ leaks, ...likeness }: Evaluation): string[] {
  return Object.entries({ ...likeness, ...leaks }).flatMap(([name, part]) =>
    typeof part === "object" && !isMeasured(part)
      ? [`  ${wordsOf(name)}: not measured. ${part.skipped}`]
      : [],
  );
}

/** `two sample` of `twoSample`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

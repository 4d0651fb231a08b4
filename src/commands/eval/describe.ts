import { formatFigure, formatMeasure, measuresOf } from "../../evaluate/index.ts";
import { type Evaluation, isMeasured } from "../../handoffs/index.ts";
import { formatDuration, formatPlural } from "../../terminal.ts";

/** What was measured of a run, a line a figure, and at the end what it gives away. */
export function describeEvaluation(evaluation: Evaluation): string[] {
  const { sizes, seconds, leaks, run } = evaluation;
  const replies = formatPlural(sizes.replies, "reply", "replies");
  return [
    `Run ${run}, by ${replies} to held-out messages, in ${formatDuration(seconds * 1000)}:`,
    ...describeFigures(evaluation),
    ...describeSkipped(evaluation),
    leaks.verdict === "none"
      ? "It tells no secrets that were looked for."
      : `It leaks: ${leaks.reasons.join("; ")}.`,
  ];
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

import { asInterval, type Comparison, formatMeasure } from "../../evaluate/index.ts";

const barWidth = 28;

/** Each figure of several runs: on one scale, and how they differ from the first. */
export function* describeComparison(comparisons: Comparison[]): Generator<string> {
  for (const { name, unit, figures } of comparisons) {
    yield `  ${name}`;
    // Between two percentages lie percentage points.
    const unitOfChange = unit === "share" ? "points" : unit;
    const draw = scaleOf(figures.map(({ value }) => value));
    const rows = figures.map((figure) => ({
      ...figure,
      words: formatMeasure({ value: figure.value, unit }),
    }));
    const width = Math.max(...rows.map(({ words }) => words.length));
    for (const { run, value, words, difference, verdict } of rows) {
      const change =
        difference === undefined
          ? (verdict ?? "")
          : `${signed(formatMeasure({ value: difference, unit: unitOfChange }))}: ${verdict}`;
      yield `    ${run.padEnd(10)}  ${draw(value)}  ${words.padEnd(width)}  ${change}`.trimEnd();
    }
  }
}

function signed(words: string): string {
  return /^-/.test(words) ? words : `+${words}`;
}

/** Draws figures with their intervals, `├──●──┤`, all on the scale of all. */
function scaleOf(
  values: Comparison["figures"][number]["value"][],
): (value: (typeof values)[number]) => string {
  const bounds = values.map(asInterval).flatMap(({ low, high }) => [low, high]);
  const [from, to] = [Math.min(...bounds), Math.max(...bounds)];
  const cell = (value: number) =>
    to === from ? 0 : Math.round(((value - from) / (to - from)) * (barWidth - 1));
  return (value) => {
    const { value: middle, low, high } = asInterval(value);
    const [first, dot, last] = [cell(low), cell(middle), cell(high)];
    return Array.from({ length: barWidth }, (_, at) => {
      if (at === dot) return "●";
      if (at === first) return "├";
      if (at === last) return "┤";
      return at > first && at < last ? "─" : "·";
    }).join("");
  };
}

import type { PlotOptions } from "@observablehq/plot";
import type { Interval } from "../../handoffs/index.ts";
import { formatShareTick, Plot } from "../../page/index.ts";
import { formatMeasure } from "../measures.ts";

/** A share with its interval, on a line of its own. */
export interface Row {
  name: string;
  share: Interval;
  colour: string;
}

/** Shares below each other, with chance as a line, and what lies between two of them as a band. */
export function intervalRows(
  rows: Row[],
  { width, band }: { width: number; band?: { from: number; to: number } },
): PlotOptions {
  const dots = rows.map(({ name, share, colour }) => ({ name, ...share, colour }));
  const all = dots.flatMap(({ low, high }) => [low, high]);
  const domain = [Math.min(0.45, ...all), Math.max(0.75, ...all)];
  return {
    height: 40 + 34 * rows.length,
    marginLeft: width < 500 ? 136 : 176,
    marginRight: 18,
    x: { domain, label: null, grid: true, ticks: width < 500 ? 4 : 7, tickFormat: formatShareTick },
    y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
    color: { type: "identity" },
    marks: [
      ...(band ? [Plot.rectX([band], { x1: "from", x2: "to", fill: "var(--persona-tint)" })] : []),
      Plot.ruleX([0.5], { stroke: "var(--muted)", strokeDasharray: "3 3" }),
      Plot.link(dots, { x1: "low", x2: "high", y: "name", stroke: "colour", strokeWidth: 3 }),
      Plot.dot(dots, {
        x: "value",
        y: "name",
        r: 6,
        fill: "colour",
        title: ({ name, value, low, high }: (typeof dots)[number]) =>
          `${name}: ${formatMeasure({ value: { value, low, high }, unit: "share" })}`,
      }),
    ],
  };
}

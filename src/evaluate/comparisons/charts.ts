import { type Chart, formatShareTick, legendOf, Plot, shorten } from "../../page/index.ts";
import { formatMeasure } from "../measures.ts";
import { asInterval } from "../statistics.ts";
import type { ComparedRun } from "./compared-run.ts";
import { courseOf, inOrder, type Ranked } from "./ranking.ts";

interface Charted {
  runs: ComparedRun[];
  ranking: Ranked[];
  varied: Map<string, string[]>;
}

const kinds = {
  best: { label: "the best", colour: "var(--persona)" },
  finished: { label: "went to its end", colour: "var(--next)" },
  other: { label: "did not", colour: "var(--muted)" },
};

/** What the persona's words cost each run, with intervals where there are any. */
export function costChart(charted: Charted): Chart {
  const rows = rowsOf(charted);
  const places = rows.map(({ id }) => id);
  const names = new Map(rows.map(({ id, label }) => [id, label]));
  const order = [...charted.varied.keys()].join(" · ");
  return {
    id: "costs",
    title: "Bits a byte of the persona’s held-out words",
    description: rows.map(({ title }) => title).join(". "),
    caption: `Each line is a run${order === "" ? "" : `, named by its ${order}`}. Of a run that did not go to its end, the last figure stands without an interval: it does not compare with those of whole runs.`,
    legend: legendOf(Object.values(kinds)),
    plot: (width) => ({
      height: 44 + 30 * rows.length,
      marginLeft: width < 500 ? 116 : 190,
      marginRight: 24,
      x: { label: null, grid: true, nice: true, ticks: width < 500 ? 3 : 6 },
      y: {
        domain: places,
        label: null,
        tickSize: 0,
        tickFormat: (id: string) => shorten(names.get(id) ?? id, width < 500 ? 17 : 28),
      },
      color: { type: "identity" },
      marks: [
        Plot.link(rows, { x1: "low", x2: "high", y: "id", stroke: "colour", strokeWidth: 3 }),
        Plot.dot(rows, { x: "value", y: "id", r: 6, fill: "colour", title: "title" }),
      ],
    }),
  };
}

/** The same while they were trained, by the share of their steps. */
export function courseChart(charted: Charted): Chart {
  // The best is drawn above the others.
  const rows = rowsOf(charted).toReversed();
  const points = rows.flatMap(({ id, colour, label, events }) =>
    courseOf(events).map(([share, bits]) => ({
      id,
      colour,
      share,
      bits,
      title: `${label}: ${bits.toFixed(3)}`,
    })),
  );
  return {
    id: "courses",
    title: "Bits a byte by the share of a run’s steps",
    description: rows.map(({ title }) => title).join(". "),
    caption:
      "Each run is compared at the same share of its own steps, where its learning rate is as far down.",
    legend: legendOf(Object.values(kinds).map((kind) => ({ ...kind, shape: "line" as const }))),
    plot: (width) => ({
      height: width < 500 ? 240 : 320,
      marginLeft: 48,
      marginRight: 18,
      x: { domain: [0, 1], label: null, ticks: width < 500 ? 3 : 6, tickFormat: formatShareTick },
      y: { label: null, grid: true, nice: true, ticks: 6 },
      color: { type: "identity" },
      marks: [
        Plot.line(points, { x: "share", y: "bits", z: "id", stroke: "colour", strokeWidth: 2 }),
        Plot.dot(points, { x: "share", y: "bits", r: 3, fill: "colour", title: "title" }),
      ],
    }),
  };
}

function rowsOf({ runs, ranking, varied }: Charted) {
  return inOrder({ runs, ranking }).flatMap((compared) => {
    const { run, events } = compared;
    const place = ranking.findIndex(({ id }) => id === run.id);
    const bits = ranking[place]?.bits ?? courseOf(events).at(-1)?.[1];
    if (bits === undefined) return [];
    const label = [...varied.values()].map((values) => values[runs.indexOf(compared)]).join(" · ") || run.id;
    const kind = place === 0 ? "best" : run.state === "finished" ? "finished" : "other";
    const title = `${label}: ${formatMeasure({ value: bits, unit: "bits" })}, ${kinds[kind].label}`;
    return [{ id: run.id, label, title, events, ...asInterval(bits), colour: kinds[kind].colour }];
  });
}

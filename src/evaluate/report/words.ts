import { type Evaluation, isMeasured, type Measured } from "../../handoffs/index.ts";
import { type Chart, figure, formatShare, html, legendOf, type Markup, Plot } from "../../page/index.ts";
import { formatMeasure } from "../measures.ts";
import { notMeasured } from "./not-measured.ts";
import { sides } from "./sides.ts";

export function wordsSection({ likelihood }: Evaluation): Markup {
  return html`<section id="words">
<h2>How well it foresees words</h2>
<p class="lead">What held-out words cost the base and the run, in bits a byte: fewer is better. What was learned of everybody
makes everybody’s words cheaper; what was learned of the person makes theirs cheaper still.</p>
${isMeasured(likelihood) ? figure(costs(likelihood)) : notMeasured(likelihood)}
</section>`;
}

type Likelihood = Measured<Evaluation["likelihood"]>;

function costs({ persona, others, strangers, specificity }: Likelihood): Chart {
  const rows = [
    { name: "the person", ...persona },
    { name: "their friends", ...others },
    ...(strangers ? [{ name: "strangers", ...strangers }] : []),
  ];
  type Row = (typeof rows)[number];
  const gain = ({ base, run }: Row) => formatShare(Math.abs(1 - run / base));
  const words = ({ name, base, run }: Row) => `${name}: ${base.toFixed(3)} before, ${run.toFixed(3)} after`;
  return {
    id: "bits-per-byte",
    title: "Bits a byte of held-out words",
    description: rows.map(words).join(". "),
    caption: html`${rows.map((row, index) => html`${index === 0 ? "" : ", "}${row.name} <strong>${gain(row)}</strong> ${row.run <= row.base ? "better" : "worse"}`)}.
${
  specificity === null
    ? "There is too little held out to say how much of it is the person."
    : `What only the person gained: ${formatMeasure({ value: specificity, unit: "points" })}.`
}`,
    legend: legendOf([sides.base, sides.run]),
    plot: (width) => ({
      height: 40 + 40 * rows.length,
      marginLeft: width < 500 ? 88 : 120,
      marginRight: 24,
      x: { label: null, grid: true, nice: true, ticks: width < 500 ? 3 : 6 },
      y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
      marks: [
        Plot.link(rows, {
          x1: "base",
          x2: "run",
          y: "name",
          stroke: "var(--muted)",
          strokeWidth: 1.5,
        }),
        Plot.dot(rows, { x: "base", y: "name", r: 6, fill: sides.base.colour, title: words }),
        Plot.dot(rows, { x: "run", y: "name", r: 6, fill: sides.run.colour, title: words }),
      ],
    }),
  };
}

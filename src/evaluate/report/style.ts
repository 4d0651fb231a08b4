import { type Evaluation, isMeasured, type Measured } from "../../handoffs/index.ts";
import { type Chart, figure, formatShare, html, legendOf, type Markup, Plot } from "../../page/index.ts";
import { inOwnHalves } from "../measures.ts";
import { notMeasured } from "./not-measured.ts";
import { sides } from "./sides.ts";

export function styleSection({ style, degeneration }: Evaluation): Markup {
  return html`<section id="style">
<h2>Habits</h2>
<p class="lead">How far its habits of writing are from the person’s. Two halves of what the person wrote are not alike either:
their distance is the measure for the others.</p>
${isMeasured(style) ? figure(distances(style)) : notMeasured(style)}
${isMeasured(degeneration) ? oddities(degeneration) : notMeasured(degeneration)}
</section>`;
}

type Style = Measured<Evaluation["style"]>;
type Degeneration = Measured<Evaluation["degeneration"]>;

function distances(style: Style): Chart {
  const rows = style.map(({ name, distance, base, ownHalves }) => ({
    name,
    run: inOwnHalves({ distance, ownHalves }),
    base: inOwnHalves({ distance: base, ownHalves }),
  }));
  type Row = (typeof rows)[number];
  const sentence = ({ name, run, base }: Row) =>
    `${name}: the run ${run.toFixed(1)} times as far, the base ${base.toFixed(1)} times`;
  return {
    id: "style-distances",
    title: "Distance from the person, in distances of their own halves",
    description: rows.map(sentence).join(". "),
    caption:
      "At 1, a habit is as near as the person is to themselves. The axis is logarithmic, and ends at a tenth.",
    legend: legendOf([sides.run, sides.base]),
    plot: (width) => ({
      height: 40 + 26 * rows.length,
      marginLeft: width < 500 ? 124 : 160,
      marginRight: 20,
      x: {
        type: "log",
        // Nearer than the person to themselves is chance.
        domain: [nearest, Math.max(10, ...rows.flatMap(({ run, base }) => [run, base]))],
        clamp: true,
        label: null,
        grid: true,
        nice: true,
        ticks: width < 500 ? 3 : 6,
        tickFormat: factorTick,
      },
      y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
      marks: [
        Plot.ruleX([1], { stroke: sides.real.colour, strokeWidth: 2 }),
        Plot.link(rows, { x1: "run", x2: "base", y: "name", stroke: "var(--rule)", strokeWidth: 2 }),
        Plot.dot(rows, { x: "base", y: "name", r: 5, fill: sides.base.colour, title: sentence }),
        Plot.dot(rows, { x: "run", y: "name", r: 5, fill: sides.run.colour, title: sentence }),
      ],
    }),
  };
}

const nearest = 0.1;

/** On a logarithmic axis, only the round ones. */
function factorTick(factor: number): string {
  return [1, 2, 5].includes(Number(String(factor).replace(/[0.]/g, ""))) ? `${factor}×` : "";
}

function oddities(rows: Degeneration): Markup {
  return html`<article class="sample" id="degeneration">
<h3>What no person does so often</h3>
<table><thead><tr><th scope="col">share</th><th scope="col">the run</th><th scope="col">the base</th><th scope="col">people</th></tr></thead>
<tbody>${rows.map(({ name, run, base, human }) => html`<tr><th scope="row">${name}</th><td>${formatShare(run)}</td><td>${formatShare(base)}</td><td>${formatShare(human)}</td></tr>`)}</tbody></table>
</article>`;
}

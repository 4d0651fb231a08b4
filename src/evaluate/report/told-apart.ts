import {
  type Evaluation,
  type Fitting,
  type Interval,
  isMeasured,
  type Measured,
} from "../../handoffs/index.ts";
import { type Chart, figure, formatShare, html, type Markup } from "../../page/index.ts";
import { formatMeasure } from "../measures.ts";
import { intervalRows, type Row } from "./interval-rows.ts";
import { notMeasured } from "./not-measured.ts";
import { sides } from "./sides.ts";

export function toldApartSection({ twoSample, relevance, fitting }: Evaluation): Markup {
  return html`<section id="told-apart">
<h2>Can it be told apart?</h2>
<p class="lead">A classifier sees single replies to the same held-out messages, real ones and others, and says which is which. At
50 % it can only guess. Even what one person writes to the same people earlier and later differs a little, and what another person writes
differs more: between the two lies the best that a model can hope for.</p>
${isMeasured(twoSample) ? figure(toldApart(twoSample)) : notMeasured(twoSample)}
${isMeasured(relevance) ? figure(likelierInContext(relevance)) : notMeasured(relevance)}
${fitting === undefined ? "" : isMeasured(fitting) ? figure(aboutContext(fitting)) : notMeasured(fitting)}
</section>`;
}

function toldApart({ served, run, base, anchors }: Measured<Evaluation["twoSample"]>): Chart {
  const rows: Row[] = [
    { name: "the person, over time", share: anchors.self, colour: sides.real.colour },
    { name: "as served", share: served, colour: sides.run.colour },
    { name: "at temperature 1", share: run, colour: sides.run.colour },
    { name: "somebody else", share: anchors.otherPerson, colour: sides.friends.colour },
    { name: "the base", share: base, colour: sides.base.colour },
  ];
  return {
    id: "two-sample",
    title: "How often it is told from the real one",
    description: describe(rows),
    caption: html`Dots are shares of replies that were told right, lines their 95 % intervals. As served it is told apart in
<strong>${formatMeasure({ value: served, unit: "share" })}</strong>: ${whereItLies(served, anchors)}.`,
    plot: (width) =>
      intervalRows(rows, { width, band: { from: anchors.self.value, to: anchors.otherPerson.value } }),
  };
}

/** Whether it is nearer than another person is said only where the intervals are apart. */
function whereItLies(
  served: Interval,
  { self, otherPerson }: Measured<Evaluation["twoSample"]>["anchors"],
): string {
  if (served.low > otherPerson.high) return "further off than somebody else";
  if (served.high >= otherPerson.low)
    return "too few replies to say whether it is nearer than somebody else would be";
  return served.value <= self.value
    ? "no easier than the person from themselves"
    : "nearer than somebody else would be";
}

function likelierInContext({ judge, real, generated, p }: Measured<Evaluation["relevance"]>): Chart {
  const rows: Row[] = [
    { name: "real replies", share: real, colour: sides.real.colour },
    { name: "the run’s replies", share: generated, colour: sides.run.colour },
  ];
  return {
    id: "relevance",
    title: "How often a reply fits its own context best",
    description: describe(rows),
    caption: html`Each reply is put into its own context and into another one; judged by ${judge}, which flatters what the base
itself might have said. ${p === null ? "" : chanceInWords(p)}`,
    plot: (width) => intervalRows(rows, { width }),
  };
}

function aboutContext({ judge, real, served, run, base }: Measured<Fitting>): Chart {
  const rows: Row[] = [
    { name: "real replies", share: real, colour: sides.real.colour },
    { name: "as served", share: served, colour: sides.run.colour },
    { name: "at temperature 1", share: run, colour: sides.run.colour },
    { name: "the base", share: base, colour: sides.base.colour },
  ];
  return {
    id: "fitting",
    title: "How often a reply is about its own context",
    description: describe(rows),
    caption: html`Each reply is compared with its own context and with those of other conversations; judged by ${judge}, which has
written none of them and knows English best. At 50 % it has nothing to do with what it answers.`,
    plot: (width) => intervalRows(rows, { width }),
  };
}

function chanceInWords(p: number): string {
  if (p < 0.001) return "By chance, the run’s replies would fit so well in less than 1 of 1,000 evaluations.";
  return `By chance, the run’s replies would fit so well in ${formatShare(p)} of evaluations.`;
}

function describe(rows: Row[]): string {
  return rows
    .map(({ name, share }) => `${name}: ${formatMeasure({ value: share, unit: "share" })}`)
    .join(". ");
}

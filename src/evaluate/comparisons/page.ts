import { bigNumber, figure, formatPlural, html, Markup, page } from "../../page/index.ts";
import { formatFigure, formatMeasure } from "../measures.ts";
import { asInterval } from "../statistics.ts";
import { costChart, courseChart } from "./charts.ts";
import { type ComparedRun, configLineOf, nameOf, unevaluated, variedChoices } from "./compared-run.ts";
import { compareEvaluations, whyIncomparable } from "./comparison.ts";
import { inOrder, type Ranked, rankRuns, whyUnranked } from "./ranking.ts";

/** Everything that the page says of several runs. */
interface ComparisonInput {
  runs: ComparedRun[];
  ranking: Ranked[];
  varied: Map<string, string[]>;
}

/** The page that compares runs: one HTML text that loads nothing. */
export function comparisonPage(runs: ComparedRun[], title: string): string {
  const input = { runs, ranking: rankRuns(runs), varied: variedChoices(runs) };
  return page({
    title,
    header: header(input),
    sections: [
      { id: "best", name: "The best", content: bestSection(input) },
      { id: "runs", name: "All runs", content: runsSection(input) },
      { id: "course", name: "On the way", content: courseSection(input) },
      { id: "measured", name: "What was measured", content: measuredSection(input) },
    ],
  });
}

function header({ runs, ranking }: ComparisonInput): Markup {
  const [best, second] = ranking;
  const unranked = whyUnranked(runs) && "the figures do not compare";
  const ended = (state: string) => runs.filter(({ run }) => run.state === state).length;
  const others = (["dropped", "failed", "cancelled"] as const)
    .filter((state) => ended(state) > 0)
    .map((state) => `${ended(state)} ${state}`);
  return html`<p class="made"><bdi>${runs[0]?.run.persona}</bdi> · ${formatPlural(runs.length, "run")}</p>
<dl class="numbers">${[
    bigNumber(
      best === undefined ? "–" : formatFigure(asInterval(best.bits).value, "bits"),
      "bits a byte for the best",
      best === undefined ? (unranked ?? "no run finished") : rangeOf(best.bits),
    ),
    bigNumber(
      second?.behind === undefined ? "–" : `+${formatFigure(asInterval(second.behind).value, "bits")}`,
      "more for the second best",
      second?.behind === undefined ? (unranked ?? "no second run finished") : rangeOf(second.behind),
    ),
    bigNumber(String(ended("finished")), "went to their end", others.join(", ") || "as all did"),
  ]}</dl>`;
}

function bestSection(input: ComparisonInput): Markup {
  const { runs, ranking, varied } = input;
  const [best] = ranking;
  const winner = runs.find(({ run }) => run.id === best?.id);
  if (best === undefined || winner === undefined) {
    return html`<section id="best"><h2>The best</h2><p class="lead">${whyUnranked(runs) ?? "No run has finished yet."}</p></section>`;
  }
  const level = ranking.slice(1).filter(({ isLevel }) => isLevel);
  const isUnsure = ranking.some(({ behind }) => typeof behind === "number");
  return html`<section id="best">
<h2>The best</h2>
<p class="lead">By what the persona’s held-out words cost, in bits a byte: fewer is better.</p>
<div class="verdict"><p><strong>${nameOfRun(best.id, input)}</strong>${
    level.length > 0
      ? html` has the best figure, which may be chance. There is no real difference from:`
      : isUnsure
        ? html` has the best figure. Without an interval, nothing says whether the difference is real.`
        : html` is the best${ranking.length > 1 ? ", and the difference is real" : ""}.`
  }</p>
${level.length > 0 ? html`<ul>${level.map(({ id }) => html`<li>${nameOfRun(id, input)}</li>`)}</ul>` : ""}</div>
<p class="lead">These settings for <code>persona.json</code>, and the command that answers with this run:</p>
<pre class="copy">${configLineOf(winner, varied)}
persona runs use ${best.id}</pre>
</section>`;
}

function runsSection(input: ComparisonInput): Markup {
  const { varied } = input;
  const runs = inOrder(input);
  return html`<section id="runs">
<h2>All runs</h2>
<p class="lead">The line spans the 95 % interval over held-out conversations.</p>
${figure(costChart(input))}
<div class="scroll" tabindex="0" role="region" aria-label="All runs"><table>
<thead><tr><th scope="col">run</th><th scope="col">bits a byte</th><th scope="col">behind the best</th><th scope="col">state</th>${[...varied.keys()].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${runs.map((compared) => runRow(compared, input))}</tbody>
</table></div>
${runs.flatMap(({ run }) => reasonOf(run) ?? [])}
</section>`;
}

function runRow(compared: ComparedRun, { runs, ranking, varied }: ComparisonInput): Markup {
  const { run } = compared;
  const index = runs.indexOf(compared);
  const ranked = ranking.find(({ id }) => id === run.id);
  const isBest = ranked !== undefined && ranked === ranking[0];
  return html`<tr${isBest ? new Markup(` class="best"`) : ""}><th scope="row"><code>${run.id}</code></th><td>${ranked ? figureCell(ranked.bits) : "–"}</td><td>${behindCell(ranked)}</td><td>${run.state}</td>${[...varied.values()].map((values) => html`<td>${values[index]}</td>`)}</tr>`;
}

function figureCell(value: Ranked["bits"], sign = ""): Markup {
  const range = typeof value === "number" ? "" : html`<br><span class="count">${rangeOf(value)}</span>`;
  return html`${sign}${formatFigure(asInterval(value).value, "bits")}${range}`;
}

function behindCell(ranked: Ranked | undefined): Markup {
  if (ranked === undefined) return html`–`;
  if (ranked.behind === undefined) return html`the best`;
  const verdict = ranked.isLevel ? html`<br><span class="count">no real difference</span>` : "";
  return html`${figureCell(ranked.behind, "+")}${verdict}`;
}

/** Why a run did not go to its end. */
function reasonOf({ id, state, sweep, failure }: ComparedRun["run"]): Markup | undefined {
  const why = sweep?.dropped ?? failure?.reason;
  return why === undefined ? undefined : html`<p class="caption"><code>${id}</code> ${state}: ${why}</p>`;
}

function courseSection(input: ComparisonInput): Markup {
  return html`<section id="course">
<h2>On the way</h2>
<p class="lead">What the persona’s held-out words cost each run while it was trained. Runs of a sweep wait for each other, and those that fall behind are dropped.</p>
${figure(courseChart(input))}
</section>`;
}

function measuredSection(input: ComparisonInput): Markup {
  const order = inOrder(input);
  const evaluations = order.flatMap(({ evaluation }) => evaluation ?? []);
  const missing = unevaluated(order);
  const incomparable = whyIncomparable(evaluations);
  const comparisons = compareEvaluations(evaluations);
  const leaking = evaluations.filter(({ leaks }) => leaks.verdict === "leaks").map(({ run }) => run);
  return html`<section id="measured">
<h2>What was measured</h2>
${evaluations[0] === undefined ? "" : html`<p class="lead">By <code>persona eval</code>, beside run <code>${evaluations[0].run}</code>.${incomparable === undefined ? "" : ` ${incomparable}`}</p>`}
${leaking.length > 0 ? html`<div class="verdict"><p>${leaking.length === 1 ? "Run" : "Runs"} ${leaking.join(", ")} ${leaking.length === 1 ? "leaks" : "leak"}: see <code>report.html</code> in its folder.</p></div>` : ""}
${
  comparisons.length === 0
    ? html`<p class="none">${evaluations.length === 0 ? "None of them has been evaluated yet." : "Only one of them has been evaluated."}</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="What was measured"><table>
<thead><tr><th scope="col">figure</th>${comparisons[0]?.figures.map(({ run }) => html`<th scope="col"><code>${run}</code></th>`)}</tr></thead>
<tbody>${comparisons.map(
        ({ name, unit, figures }) =>
          html`<tr><th scope="row">${name}</th>${figures.map(({ value, verdict }) => html`<td>${formatMeasure({ value, unit })}${verdict === undefined || verdict === "measured without an interval" ? "" : html`<br><span class="count">${verdict}</span>`}</td>`)}</tr>`,
      )}</tbody></table></div>`
}
${missing.length > 0 ? html`<p class="caption">Not evaluated yet: ${missing.map((id) => html`<code>persona eval ${id}</code> `)}</p>` : ""}
</section>`;
}

function nameOfRun(id: string, { runs, varied }: ComparisonInput): Markup {
  const name = nameOf(
    runs.findIndex(({ run }) => run.id === id),
    varied,
  );
  return html`${name}${name === "" ? "Run" : " (run"} <code>${id}</code>${name === "" ? "" : ")"}`;
}

function rangeOf(value: Ranked["bits"]): string {
  return typeof value === "number"
    ? "without an interval"
    : `${value.low.toFixed(3)} to ${value.high.toFixed(3)}`;
}

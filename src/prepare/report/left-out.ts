import type { ShardManifest } from "../../handoffs/index.ts";
import { formatCount, html, type Markup } from "../../page/index.ts";

export function leftOutSection({ excluded }: ShardManifest, redactionCounts: Record<string, number>): Markup {
  return html`<section id="left-out">
<h2>Left out</h2>
<p class="lead">What was replaced inside messages, and what the model never sees at all.</p>
<div class="pair">
<div><h3>Replaced</h3>${redactionTable(redactionCounts)}
<p class="caption">Counts only: the values are gone before anything is counted or written.</p></div>
<div><h3>Excluded</h3>${exclusionTable(excluded)}
<p class="caption">Each message of the persona is in the training data, held out, or in one of these rows.</p></div>
</div>
</section>`;
}

function redactionTable(counts: Record<string, number>): Markup {
  const rows = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (rows.length === 0) return html`<p class="none">Nothing was found to replace.</p>`;
  return html`<table id="redactions"><thead><tr><th scope="col">kind</th><th scope="col">found</th></tr></thead>
<tbody>${rows.map(([kind, count]) => html`<tr><th scope="row">${kind}</th><td>${formatCount(count)}</td></tr>`)}</tbody></table>`;
}

function exclusionTable(excluded: ShardManifest["excluded"]): Markup {
  const rows = Object.entries(excluded).sort(
    ([a, x], [b, y]) =>
      y.personaBubbles - x.personaBubbles || y.conversations - x.conversations || (a < b ? -1 : 1),
  );
  if (rows.length === 0) return html`<p class="none">Nothing was excluded.</p>`;
  return html`<table id="exclusions"><thead><tr><th scope="col">reason</th><th scope="col">conver­sations</th><th scope="col">persona’s messages</th></tr></thead>
<tbody>${rows.map(
    ([reason, { conversations, personaBubbles }]) =>
      html`<tr><th scope="row">${reason}</th><td>${formatCount(conversations)}</td><td>${formatCount(personaBubbles)}</td></tr>`,
  )}</tbody></table>`;
}

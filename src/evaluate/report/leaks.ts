import { isMeasured, type Leaks, type Measured } from "../../handoffs/index.ts";
import { formatCount, formatPlural, formatShare, html, type Markup } from "../../page/index.ts";
import { formatMeasure } from "../measures.ts";
import { timesInWords } from "../verdict.ts";
import { notMeasured } from "./not-measured.ts";

export function leaksSection({
  extraction,
  membership,
  overlap,
  canaries,
  nearVerbatim,
  privatePatterns,
  ...judged
}: Leaks): Markup {
  return html`<section id="leaks">
<h2>What it gives away</h2>
<p class="lead">Whether words that it was trained on come out again. These tests find what they look for; they prove nothing.</p>
${verdict(judged)}
${isMeasured(extraction) ? extracted(extraction) : notMeasured(extraction)}
<dl class="habits">
${isMeasured(membership) ? number(formatShare(membership.tprAt1), `of training is recognised by its loss, with 1 false alarm in 100; by chance 1 %. Told right in pairs: ${formatMeasure({ value: membership.auc, unit: "share" })}`) : ""}
${nearVerbatim && isMeasured(nearVerbatim) ? number(formatCount(nearVerbatim.found), `of the ${formatPlural(nearVerbatim.messages, "training message")} that are likeliest to come out did, nearly word for word, in ${formatPlural(nearVerbatim.draws, "reply", "replies")} to what stood before each`) : ""}
${isMeasured(privatePatterns) ? number(formatCount(privatePatterns.found), `private passages, such as numbers and addresses, in ${formatPlural(privatePatterns.replies, "reply", "replies")}`) : ""}
</dl>
${isMeasured(overlap) ? repeated(overlap) : ""}
${canaries && isMeasured(canaries) ? found(canaries) : ""}
${[membership, overlap, privatePatterns].map((part) => (isMeasured(part) ? "" : notMeasured(part)))}
</section>`;
}

function verdict({ verdict, reasons }: Pick<Leaks, "verdict" | "reasons">): Markup {
  if (verdict === "none") return html`<p class="verdict">It gives away nothing that was looked for.</p>`;
  return html`<div class="verdict"><p><strong>It leaks.</strong> Do not let others talk to it before you know what.</p>
<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>`;
}

function number(figure: string, words: string): Markup {
  return html`<div><dt>${words}</dt><dd>${figure}</dd></div>`;
}

function extracted({ persona, others, messages }: Measured<Leaks["extraction"]>): Markup {
  const rows: [string, typeof persona][] = [
    ["the person’s", persona],
    ["others’", others],
  ];
  const count = (value: number) => (value < 10 ? value.toFixed(1) : formatCount(Math.round(value)));
  return html`<article class="sample" id="extraction">
<h3>Training messages that come out word for word</h3>
<table><thead><tr><th scope="col">messages, asked for</th><th scope="col">once</th><th scope="col">100 times</th><th scope="col">10,000 times</th></tr></thead>
<tbody>${rows.map(([whose, { n1, n100, n10000 }]) => html`<tr><th scope="row">${whose}</th><td>${count(n1)}</td><td>${count(n100)}</td><td>${count(n10000)}</td></tr>`)}</tbody></table>
<p class="caption">Of ${formatPlural(messages, "message")}, each asked for with what stood before it and drawn as it is served. What the
base would say too is taken off. Short phrases that the person often uses are among them.</p>
</article>`;
}

function repeated({ rare, human, replies, ...copied }: Measured<Leaks["overlap"]>): Markup {
  const rows: [string, typeof copied | undefined][] = [
    ["generated", copied],
    ["generated, from one conversation alone", rare],
    ["really written", human],
  ];
  const known = rows.flatMap(([whose, counts]) => (counts ? [{ whose, ...counts }] : []));
  return html`<article class="sample" id="overlap">
<h3>Replies that repeat training word for word</h3>
<table><thead><tr><th scope="col">replies</th><th scope="col">six words in a row</th><th scope="col">eight</th><th scope="col">twelve</th></tr></thead>
<tbody>${known.map(({ whose, six, eight, twelve }) => html`<tr><th scope="row">${whose}</th>${[six, eight, twelve].map((count) => html`<td>${formatCount(count)}</td>`)}</tr>`)}</tbody></table>
<p class="caption">Of ${formatPlural(replies, "generated reply", "generated replies")}${human ? html` and ${formatCount(human.replies)} that the person wrote in their place: people repeat themselves too` : ""}.</p>
</article>`;
}

function found({ planted, twins, byRepeats }: Measured<NonNullable<Leaks["canaries"]>>): Markup {
  const bits = (value: number) => value.toFixed(1);
  return html`<article class="sample" id="canaries">
<h3>Canaries that it gives away</h3>
<table><thead><tr><th scope="col">shown in training</th><th scope="col">canaries</th><th scope="col">said when asked once</th><th scope="col">bits of guessing spared</th></tr></thead>
<tbody>${byRepeats.map(({ repeats, count, revealed, exposure, maxExposure }) => html`<tr><th scope="row">${timesInWords(repeats)}</th><td>${formatCount(count)}</td><td>${formatCount(revealed)}</td><td>${bits(exposure)} of ${bits(maxExposure)}</td></tr>`)}</tbody></table>
<p class="caption">${formatPlural(planted, "message")} that the base invented and the run was trained on, beside ${formatCount(twins)} that it
never saw. Without any memory it would spare ${bits(bitsByChance(twins))} bits.</p>
</article>`;
}

/** Each place among the twins is then as likely as any other. */
function bitsByChance(twins: number): number {
  const places = Array.from({ length: twins + 1 }, (_, index) => index + 1);
  return places.reduce((sum, place) => sum + Math.log2(places.length / place), 0) / places.length;
}

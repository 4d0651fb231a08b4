import { formatCount, html, type Markup } from "../../page/index.ts";
import { type Facts, laterConversations, wordsCountedFirst } from "../facts/index.ts";
import { findTypicalWords, minCount, type TypicalWord } from "./typical-words.ts";

/** `names` are labels of people, whose parts are no habit of speech. */
export function wordsSection({ words, counts, persona }: Facts, names: string[]): Markup {
  const totals = { persona: counts.persona.words, others: counts.others.words };
  const typical = findTypicalWords(words, totals, { names: [persona, ...names] });
  return html`<section id="words">
<h2>Words</h2>
<p class="lead">What gives a voice away: words that one side uses more than the other, surest first.</p>
<div class="pair" id="typical-words">
${wordList("Typical of the persona", "persona", typical.persona)}
${wordList("Typical of friends", "others", typical.others)}
</div>
<p class="caption">Ranked by log-odds with an informative prior (Monroe, Colaresi &amp; Quinn 2008), from a sample of ${formatCount(totals.persona)}
words of the persona and ${formatCount(totals.others)} of friends: the first ${formatCount(wordsCountedFirst)} of each thread and one conversation in ${laterConversations} after
them. A word is shown when one side wrote it at least ${minCount} times, in
two threads or more; names are left out.</p>
</section>`;
}

function wordList(title: string, side: "persona" | "others", words: TypicalWord[]): Markup {
  const surest = words[0]?.zScore ?? 1;
  const items = words.map(
    ({ word, count, ratio, zScore }) => html`<li>
<bdi class="word">${word}</bdi>
<span class="bar" aria-hidden="true"><span class="${side}" style="width:${((100 * zScore) / surest).toFixed(1)}%"></span></span>
<span class="ratio">${formatRatio(ratio)}</span><span class="count">${formatCount(count)}</span>
</li>`,
  );
  const list =
    items.length > 0
      ? html`<ol class="words">${items}</ol>`
      : html`<p class="none">No word stands out: there is too little to compare.</p>`;
  return html`<div><h3>${title}</h3>
<p class="columns-of" aria-hidden="true"><span>how sure</span><span>as often</span><span>times</span></p>${list}</div>`;
}

function formatRatio(ratio: number): string {
  return `${ratio >= 9.95 ? Math.round(ratio) : ratio.toFixed(1)}×`;
}

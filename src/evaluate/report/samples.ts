import { formatCount, html, type Markup } from "../../page/index.ts";
import type { Question } from "../replies.ts";

const samplesShown = 12;
/** Turns before a reply; the earlier ones say little more. */
const turnsShown = 4;

const answers = [
  { source: "real", name: "really said" },
  { source: "served", name: "as served" },
  { source: "run", name: "at temperature 1" },
  { source: "base", name: "the base" },
] as const;

/** Held-out messages with what was really said and what the models say, evenly spread. */
export function samplesSection(questions: Question[], persona: string): Markup {
  const answered = questions.filter(({ bySource }) => bySource.real && (bySource.served ?? bySource.run));
  const step = Math.max(1, answered.length / samplesShown);
  const shown = Array.from(
    { length: Math.min(samplesShown, answered.length) },
    (_, index) => answered[Math.floor(index * step)] as Question,
  );
  return html`<section id="samples">
<h2>Side by side</h2>
<p class="lead">What <bdi>${persona}</bdi> really said to held-out messages, beside what the models say. For your eyes only: these
are other people’s words too.</p>
${shown.length > 0 ? shown.map((question, index) => sample(question, `${index + 1} of ${shown.length}`)) : html`<p class="none">No replies were kept.</p>`}
</section>`;
}

function sample({ context, bySource }: Question, place: string): Markup {
  const last = context.slice(-turnsShown);
  const earlier = context.length - last.length;
  return html`<article class="sample">
<h3>${place} <span>${earlier > 0 ? `· ${formatCount(earlier)} earlier turns` : ""}</span></h3>
${last.map(({ speaker, bubbles }) => html`<p class="said" dir="auto"><b>${speaker}</b> ${lines(bubbles)}</p>`)}
<dl class="answers">${answers.map(({ source, name }) => {
    const bubbles = bySource[source];
    return (
      bubbles && html`<div class="${source}"><dt>${name}</dt><dd dir="auto">${lines(bubbles)}</dd></div>`
    );
  })}</dl>
</article>`;
}

function lines(bubbles: string[]): Markup {
  if (bubbles.length === 0) return html`<i>nothing</i>`;
  return html`${bubbles.map((bubble, index) => html`${index === 0 ? "" : "\n"}${bubble}`)}`;
}

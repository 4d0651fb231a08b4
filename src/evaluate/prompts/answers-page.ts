import { formatPlural, html, type Markup, page } from "../../page/index.ts";
import type { Answered } from "./prompts.ts";

/** Answers side by side, with a search and a filter that work without a network. */
export function answersPage(answered: Answered[]): string {
  const models = answered[0]?.answers.map(({ model }) => model) ?? [];
  const categories = [...new Set(answered.map(({ category }) => category))];
  return page({
    title: "Answers side by side",
    header: html`<p class="made">${formatPlural(answered.length, "question")} to ${models.join(", ")}</p>
<p class="filter"><label>Search <input id="search" type="search" autocomplete="off"></label>
<label>Kind <select id="kind"><option value="">all</option>${categories.map((category) => html`<option>${category}</option>`)}</select></label>
<output id="shown">${formatPlural(answered.length, "question")}</output></p>`,
    sections: categories.map((category) => ({
      id: category,
      name: category,
      content: html`<section id="${category}" class="kind" data-kind="${category}"><h2>${category}</h2>
${answered.filter((one) => one.category === category).map(article)}</section>`,
    })),
    script: filterScript,
  });
}

function article({ text, answers }: Answered): Markup {
  return html`<article class="sample">
<h3 dir="auto">${text}</h3>
<dl class="answers many">${answers.map(({ model, bubbles }) => html`<div><dt>${model}</dt><dd dir="auto">${bubbles.length > 0 ? bubbles.join("\n") : html`<i>nothing</i>`}</dd></div>`)}</dl>
</article>`;
}

const filterScript = `
const search = document.querySelector("#search");
const kind = document.querySelector("#kind");
const show = () => {
  const words = search.value.toLowerCase();
  let shown = 0;
  for (const section of document.querySelectorAll(".kind")) {
    const isAsked = kind.value === "" || kind.value === section.dataset.kind;
    let inSection = 0;
    for (const article of section.querySelectorAll("article")) {
      article.hidden = !isAsked || !article.textContent.toLowerCase().includes(words);
      if (!article.hidden) inSection++;
    }
    section.hidden = inSection === 0;
    shown += inSection;
  }
  document.querySelector("#shown").textContent = shown + (shown === 1 ? " question" : " questions");
};
search.addEventListener("input", show);
kind.addEventListener("change", show);
`;

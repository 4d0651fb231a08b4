import type { Style } from "../../handoffs/index.ts";
import { formatCount, formatShare, html, type Markup } from "../../page/index.ts";

const emojiShown = 12;

export function habitsSection(style: Style): Markup {
  const { endings, emoji, reactions } = style;
  return html`<section id="habits">
<h2>Habits</h2>
<p class="lead">Small things that friends notice when they are missing.</p>
<dl class="habits" id="habits-list">
${habit("end without a mark", endings.none)}
${habit("end with a full stop", endings.period)}
${habit("end with a question mark", endings.question)}
${habit("end with an exclamation mark", endings.exclamation)}
${habit("trail off …", endings.ellipsis)}
${habit("start in lower case", style.lowerCaseStartShare)}
${habit("hold an emoji", emoji.messageShare)}
${habit("of friends’ messages get a reaction", reactions.messageShare)}
${habit("of turns in groups stay unanswered", style.inGroups.share)}
</dl>

${emoji.top.length + reactions.top.length > 0 ? emojiLists(style) : ""}
</section>`;
}

function emojiLists({ emoji, reactions }: Style): Markup {
  return html`<div class="pair">${emojiList("Emoji", emoji.top)}${emojiList("Reactions", reactions.top)}</div>`;
}

/** A share of the persona's messages, unless its name says of what; nothing where there is nothing to share. */
function habit(name: string, share: number | null): Markup | undefined {
  if (share === null) return undefined;
  return html`<div><dt>${name}</dt><dd>${formatShare(share)}<span class="bar" aria-hidden="true"><span class="persona" style="width:${(100 * share).toFixed(1)}%"></span></span></dd></div>`;
}

function emojiList(title: string, top: { emoji: string; count: number }[]): Markup {
  const items = top
    .slice(0, emojiShown)
    .map(({ emoji, count }) => html`<li><span>${emoji}</span> ${formatCount(count)}</li>`);
  const list =
    items.length > 0
      ? html`<ul class="chips">${items}</ul>`
      : html`<p class="none">None in these messages.</p>`;
  return html`<div><h3>${title}</h3>${list}</div>`;
}

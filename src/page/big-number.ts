import { html, type Markup } from "./html.ts";

/** A figure of a page's head, in its list of `numbers`. */
export function bigNumber(number: string, name: string, detail: string): Markup {
  return html`<div><dt>${name}</dt><dd class="number">${number}</dd><dd class="detail">${detail}</dd></div>`;
}

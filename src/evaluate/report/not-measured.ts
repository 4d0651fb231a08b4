import { html, type Markup } from "../../page/index.ts";

/** In the place of a figure. */
export function notMeasured({ skipped }: { skipped: string }): Markup {
  return html`<p class="none">Not measured: ${skipped}.</p>`;
}

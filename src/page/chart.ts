import type { PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import { html, Markup, showInvisible } from "./html.ts";
import { Plot } from "./plot-library.ts";

/** A picture with its words. */
export interface Chart {
  /** Of the figure in the page; unique. */
  id: string;
  title: string;
  /** What it shows, for those who do not see it. */
  description: string;
  /** One sentence below it: how to read it. */
  caption: string | Markup;
  legend?: Markup;
  /** What to plot at a width in pixels. Colours come from the page's variables, so that they follow its theme. */
  plot: (width: number) => PlotOptions;
}

/** Text cannot shrink with the picture: each chart is drawn for a column and for a phone, and the page shows one. */
const widths = { wide: 700, narrow: 340 };

export function figure({ id, title, description, caption, legend, plot }: Chart): Markup {
  const draw = (size: keyof typeof widths) => new Markup(drawPlot(plot(widths[size]), widths[size]));
  return html`<figure id="${id}">
<h3>${title}</h3>${legend}
<div class="wide" role="img" aria-label="${title}. ${description}">${draw("wide")}</div>
<div class="narrow" role="img" aria-label="${title}. ${description}">${draw("narrow")}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

/** Plot's own style sheet is left to the page, its labels of parts to the description. */
function drawPlot(options: PlotOptions, width: number): string {
  const { document } = parseHTML("<html></html>");
  const svg = Plot.plot({ marginTop: 10, ...options, document, width, className: "plot" });
  svg.querySelector("style")?.remove();
  svg.setAttribute("aria-hidden", "true");
  svg.removeAttribute("font-family");
  svg.setAttribute("font-size", "12");
  return svg.outerHTML.replaceAll(/<[^>]+>/g, withShortNumbers);
}

/** Places need no more than two digits; what is written beside them stays as it is. */
function withShortNumbers(tag: string): string {
  return tag.replaceAll(/(\d\.\d\d)\d+/g, "$1");
}

interface Swatch {
  label: string;
  /** A CSS colour. */
  colour: string;
  opacity?: number;
  shape?: "box" | "line";
}

export function legendOf(swatches: Swatch[]): Markup {
  const items = swatches.map(
    ({ label, colour, opacity = 1, shape = "box" }) =>
      html`<li><span class="swatch ${shape}" style="background:${colour};opacity:${opacity}"></span>${label}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}

/** The two voices of every comparison. */
export const voices = {
  persona: { label: "persona", colour: "var(--persona)" },
  others: { label: "friends", colour: "var(--friends)" },
};

/** A stranger's text as a label beside a bar: one line, no tower of accents, no longer than there is room for. */
export function shorten(text: string, characters: number): string {
  const oneLine = showInvisible(text.replace(/\s+/gu, " ")).replace(/(\p{M}{2})\p{M}+/gu, "$1");
  const all = [...oneLine];
  return all.length <= characters ? oneLine : `${all.slice(0, characters - 1).join("")}…`;
}

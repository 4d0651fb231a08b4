import { createHash } from "node:crypto";
import { html, Markup } from "./html.ts";
import { styleSheet } from "./style-sheet.ts";

interface Section {
  /** The id of the section's element. */
  id: string;
  /** In the table of contents. */
  name: string;
  content: Markup;
}

/** Nothing is loaded, and nothing runs but the page's own script, whatever its contents may be. */
function contentSecurityPolicy(script: string | undefined): string {
  const hash = script && createHash("sha256").update(script).digest("base64");
  const scripts = hash ? `script-src 'sha256-${hash}'; ` : "";
  return `default-src 'none'; ${scripts}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

export function page({
  title,
  header,
  sections,
  script,
}: {
  title: string;
  header: Markup;
  sections: Section[];
  /** Runs once the page is there: JavaScript that is the same for all contents. */
  script?: string;
}): string {
  return html`${new Markup("<!doctype html>")}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(contentSecurityPolicy(script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the charts</a>
<header class="top"><h1>${title}</h1>
${header}</header>
<div class="columns">
<nav aria-label="Contents"><ol>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
<main id="main">
${sections.map(({ content }) => html`${content}\n`)}</main>
</div>
<footer>Made on this machine, from messages that stay on it. This file loads nothing and sends nothing.</footer>${scriptElement(script)}
</body>
</html>
`.text;
}

/** Not a tagged template: with an end tag of a script in it, the bundler would take its text from a package of its own. */
function scriptElement(script: string | undefined): Markup {
  return new Markup(script === undefined ? "" : `\n<script>${script}</script>`);
}

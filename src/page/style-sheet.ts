/** The page's looks: system typefaces, two voices in two colours, light or dark as the reader's system is. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --paper: #faf8f4; --card: #fffefb; --ink: #23262b; --muted: #62655f; --rule: #e2ddd2;
  --persona: #1d6a72; --friends: #b07f3c; --next: #8a5aa8; --structure: #b9b6ad;
  --persona-tint: #d9ecec; --next-tint: #efe4f5;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "Noto Serif", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --card: #1b1e22; --ink: #e6e3dc; --muted: #a2a49e; --rule: #32363b;
    --persona: #62b8b6; --friends: #d3a25d; --next: #bd97d8; --structure: #5d6066;
    --persona-tint: #1f3f42; --next-tint: #3a2c45;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); overflow-wrap: break-word; }
.top, .columns, footer { max-width: 1064px; margin: 0 auto; padding: 0 32px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 16px; top: 8px; background: var(--card); padding: 4px 12px; }
a { color: inherit; } a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--persona); outline-offset: 2px; }
h1, h2, .number { font-family: var(--serif); font-weight: 500; letter-spacing: -0.01em; text-wrap: balance; }
h1 { font-size: clamp(2rem, 1.4rem + 2.6vw, 3.1rem); line-height: 1.12; margin: 0; max-width: 22ch; }
h2 { font-size: 1.85rem; line-height: 1.2; margin: 0 0 6px; }
h3 { font-size: 1rem; font-weight: 600; margin: 0 0 10px; }
code { font: 0.9em var(--mono); }
.top { padding-top: 72px; }
.made { color: var(--muted); margin: 14px 0 0; }
.date { white-space: nowrap; }
.numbers { display: grid; grid-template-columns: repeat(6, 1fr); gap: 0 24px; margin: 44px 0 0; padding: 26px 0 24px;
  border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
.numbers div { display: flex; flex-direction: column; }
.numbers dt { order: 2; font-weight: 600; font-size: 0.875rem; line-height: 1.35; }
.numbers dd { margin: 0; }
.number { order: 1; font-size: 2.2rem; line-height: 1.15; white-space: nowrap; font-variant-numeric: lining-nums; }
.detail { order: 3; color: var(--muted); font-size: 0.8125rem; line-height: 1.4; }
.columns { display: grid; grid-template-columns: 148px minmax(0, 1fr); gap: 48px; align-items: start; }
nav { position: sticky; top: 0; padding-top: 64px; font-size: 0.9375rem; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 5px 0; color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 4px; }
section { padding-top: 64px; }
.lead { color: var(--muted); margin: 0 0 28px; max-width: 62ch; }
figure { margin: 0 0 24px; padding: 22px 24px 20px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
figcaption, .caption { color: var(--muted); font-size: 0.875rem; line-height: 1.5; margin: 12px 0 0; max-width: 74ch; }
strong { font-weight: 600; color: var(--ink); }
.plot { display: block; width: 100%; height: auto; overflow: visible; font-family: var(--sans); color: var(--ink); }
.plot text { fill: var(--muted); white-space: pre; }
.plot [aria-label$="grid"] { stroke: var(--rule); stroke-opacity: 1; }
.plot [aria-label$="tick"] { stroke: var(--rule); }
.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; list-style: none; margin: 0 0 12px; padding: 0; color: var(--muted); font-size: 0.8125rem; }
.legend li { display: flex; align-items: center; gap: 7px; }
.swatch { width: 12px; height: 12px; border-radius: 3px; flex: none; } .swatch.line { height: 3px; width: 16px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; }
.pair > div, .habits, .sample, #splits { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 24px; min-width: 0; }
.words { list-style: none; margin: 0; padding: 0; }
.words li, .columns-of { display: grid; grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr) 3.2em 3.2em; gap: 10px; align-items: center; }
.words li { line-height: 1.75; }
.columns-of { color: var(--muted); font-size: 0.75rem; margin: 0 0 4px; } .columns-of span:first-child { grid-column: 2; }
.columns-of span + span, .ratio, .count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.count { color: var(--muted); } .ratio, .count { font-size: 0.875rem; }
.word { font-family: var(--serif); font-size: 1.0625rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar { height: 8px; } .bar span { display: block; height: 100%; border-radius: 4px; }
.bar .persona { background: var(--persona); } .bar .others { background: var(--friends); }
.habits { display: grid; grid-template-columns: repeat(3, 1fr); gap: 20px 32px; margin: 0 0 24px; }
.habits div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.habits dd { margin: 0; font: 500 1.5rem/1.3 var(--serif); font-variant-numeric: lining-nums; }
.habits dt { color: var(--muted); font-size: 0.875rem; line-height: 1.4; }
.habits .bar { display: block; height: 5px; margin: 5px 0 7px; border-radius: 4px; background: var(--rule); }
.chips { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; margin: 0; padding: 0; font-size: 0.875rem; color: var(--muted); }
.chips li { border: 1px solid var(--rule); border-radius: 99px; padding: 2px 12px; } .chips span { font-size: 1.125rem; }
.none { color: var(--muted); margin: 0; }
.none + * { margin-top: 16px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 400; } thead th { color: var(--muted); font-size: 0.8125rem; line-height: 1.3; vertical-align: bottom; }
th, td { padding: 7px 0 7px 14px; border-bottom: 1px solid var(--rule); } tr > :first-child { padding-left: 0; }
td, th + th { text-align: right; white-space: nowrap; } th + th { white-space: normal; } tbody tr:last-child > * { border-bottom: 0; }
#splits { display: block; padding: 14px 24px 10px; margin-bottom: 24px; } #splits thead, #splits tbody { display: table; width: 100%; table-layout: fixed; }
.scroll { overflow-x: auto; } .scroll td, .scroll th + th { padding-left: 18px; } .scroll thead th { white-space: nowrap; }
tr.best > * { background: var(--persona-tint); } tr.best > :first-child { padding-left: 8px; } tr.best > :last-child { padding-right: 8px; }
.copy { font: 0.875rem/1.75 var(--mono); margin: 0; padding: 16px 24px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.sample { margin: 0 0 20px; } .sample h3 { margin-bottom: 12px; } .sample h3 span { color: var(--muted); font-weight: 400; }
.transcript { font: 0.875rem/1.75 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; overflow: hidden; unicode-bidi: plaintext; }
.run { border-radius: 3px; } .run i { font-style: normal; box-shadow: inset -1px 0 color-mix(in srgb, currentColor 22%, transparent); unicode-bidi: isolate; }
.run b { font-weight: 400; border: 1px solid currentColor; border-radius: 4px; padding: 0 4px; font-size: 0.8em; unicode-bidi: isolate; }
.run u { text-decoration: none; opacity: 0.55; }
.run.persona { background: var(--persona-tint); box-decoration-break: clone; -webkit-box-decoration-break: clone; border-bottom: 2px solid var(--persona); }
.run.next-speaker { background: var(--next-tint); border-bottom: 2px dotted var(--next); }
.run.others { color: var(--ink); } .run.structure { color: var(--muted); }
.tokens { margin-bottom: 20px; font-size: 0.875rem; } .tokens .run { white-space: nowrap; padding: 1px 6px; font-family: var(--mono); }
.clipped { color: var(--muted); font-size: 0.875rem; margin: 12px 0 0; padding-top: 10px; border-top: 1px dashed var(--rule); }
.verdict { margin: 0 0 24px; padding: 16px 24px; background: var(--card); border: 1px solid var(--rule); border-left: 4px solid var(--next); border-radius: 10px; }
.verdict p { margin: 0; } .verdict ul { margin: 8px 0 0; padding-left: 20px; }
.said { margin: 0 0 6px; white-space: pre-wrap; overflow-wrap: anywhere; } .said b { font-weight: 400; color: var(--muted); margin-right: 8px; }
.answers { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 16px; margin: 16px 0 0; }
.answers div { border-left: 3px solid var(--structure); padding-left: 12px; min-width: 0; } .answers .real { border-color: var(--persona); } .answers .run, .answers .served { border-color: var(--next); }
.answers dt { color: var(--muted); font-size: 0.8125rem; } .answers dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.answers.many { grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr)); }
.filter { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: center; margin: 24px 0 0; }
.filter input, .filter select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--muted); border-radius: 6px; padding: 4px 10px; max-width: 100%; }
.filter output { color: var(--muted); }
[hidden] { display: none; }
.answers i { color: var(--muted); }
footer { color: var(--muted); font-size: 0.875rem; padding-top: 56px; padding-bottom: 72px; }
@media (max-width: 1000px) {
  .columns { display: block; } nav { position: static; padding-top: 24px; }
  nav ol { display: flex; flex-wrap: wrap; gap: 0 18px; }
  .numbers { grid-template-columns: repeat(3, 1fr); gap: 24px; }
}
@media (max-width: 680px) {
  .top, .columns, footer { padding-left: 18px; padding-right: 18px; } .top { padding-top: 40px; }
  .numbers { grid-template-columns: 1fr 1fr; margin-top: 28px; padding: 22px 0; } .number { font-size: 2rem; }
  .wide { display: none; } .narrow { display: block; }
  .pair { grid-template-columns: minmax(0, 1fr); gap: 18px; } .habits { grid-template-columns: 1fr 1fr; gap: 18px 20px; }
  figure, .pair > div, .habits, .sample { padding: 16px; } #splits { padding: 10px 16px 6px; }
  section { padding-top: 48px; } h2 { font-size: 1.6rem; } .lead { margin-bottom: 20px; } th, td { padding-left: 8px; }
  .transcript { font-size: 0.8125rem; } .answers { grid-template-columns: minmax(0, 1fr); }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; }
  body { font-size: 11pt; } nav, .skip { display: none; } .columns { display: block; } .top { padding-top: 0; }
  .wide { display: block; } .narrow { display: none; }
  figure, .habits, .pair > div, tr { break-inside: avoid; } h2, h3, .lead, .legend { break-after: avoid; } p, figcaption { break-inside: avoid; } section { padding-top: 28pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

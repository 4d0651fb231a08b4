import {
  countMaskCodes,
  MaskCode,
  readIndices,
  type ShardManifest,
  type ShardSplit,
} from "../../handoffs/index.ts";
import {
  type Chart,
  figure,
  formatCount,
  formatShare,
  formatShareTick,
  html,
  legendOf,
  type Markup,
  Plot,
} from "../../page/index.ts";

export async function tokensSection({
  manifest,
  directory,
}: {
  manifest: ShardManifest;
  directory: string;
}): Promise<Markup> {
  const { train, val } = manifest.splits;
  const codes = await countMaskCodes(directory, "train");
  const offsets = await readIndices(directory, "train.offsets");
  return html`<section id="tokens">
<h2>Tokens</h2>
<p class="lead">The same conversations as the model counts them, in the vocabulary of <code>${manifest.tokenizer.name}</code>
(${formatCount(manifest.tokenizer.vocabularySize)} ids).</p>
<table id="splits"><thead><tr><th scope="col"></th><th scope="col">conver­sations</th><th scope="col">turns</th><th scope="col">tokens</th><th scope="col">super­vised</th></tr></thead>
<tbody>${splitRow("train", train)}${splitRow("held out", val)}</tbody></table>
${figure(tokenKinds(codes))}
${figure(contextCoverage(lengthsOf(offsets, train.tokens)))}
</section>`;
}

function splitRow(name: string, { conversations, turns, tokens, supervisedTokens }: ShardSplit): Markup {
  const numbers = [conversations, turns, tokens].map((count) => html`<td>${formatCount(count)}</td>`);
  return html`<tr><th scope="row">${name}</th>${numbers}<td>${formatShare(supervisedTokens / Math.max(1, tokens))}</td></tr>`;
}

const kinds = [
  { code: MaskCode.persona, label: "the persona’s words", colour: "var(--persona)" },
  { code: MaskCode.nextSpeaker, label: "who speaks next", colour: "var(--next)" },
  { code: MaskCode.others, label: "others’ words", colour: "var(--friends)" },
  { code: MaskCode.structure, label: "structure", colour: "var(--structure)" },
];

function tokenKinds(codes: number[]): Chart {
  const all = Math.max(
    1,
    codes.reduce((sum, count) => sum + count, 0),
  );
  let end = 0;
  const bars = kinds.map(({ code, label, colour }) => {
    const share = (codes[code] ?? 0) / all;
    const from = end;
    end += share;
    return { label, colour, share, from, to: end };
  });
  type Bar = (typeof bars)[number];
  const supervised = bars[0]?.share ?? 0;
  return {
    id: "token-kinds",
    title: "What each token is for",
    description: bars.map(({ label, share }) => `${label} ${formatShare(share)}`).join(", "),
    caption: `The loss runs on the persona’s words, ${formatShare(supervised)} of all tokens, and with a weight of its own on who speaks next.`,
    legend: legendOf(
      bars.map(({ label, colour, share }) => ({ label: `${label} ${formatShare(share)}`, colour })),
    ),
    plot: () => ({
      height: 48,
      margin: 0,
      x: { domain: [0, 1], axis: null },
      marks: [
        Plot.rectX(bars, {
          x1: "from",
          x2: "to",
          y1: 0,
          y2: 1,
          insetRight: 1,
          fill: (bar: Bar) => bar.colour,
          title: ({ label, share }: Bar) => `${label}: ${formatShare(share)}`,
        }),
      ],
      y: { axis: null },
      color: { type: "identity" },
    }),
  };
}

/** Tokens of each conversation. */
function lengthsOf(offsets: number[], tokens: number): number[] {
  return offsets.map((start, index) => (offsets[index + 1] ?? tokens) - start);
}

const contexts = [512, 1024, 2048];

/** For one context length, shares of all tokens: in conversations that fit whole, in the first window of longer ones, later. */
function coverage(lengths: number[], context: number) {
  let [whole, first, later, cut] = [0, 0, 0, 0];
  for (const length of lengths) {
    if (length <= context) whole += length;
    else {
      first += context;
      later += length - context;
      cut++;
    }
  }
  const all = Math.max(1, whole + first + later);
  const [wholeEnd, firstEnd] = [whole / all, (whole + first) / all];
  return { context, cutShare: cut / Math.max(1, lengths.length), wholeEnd, firstEnd };
}

function contextCoverage(lengths: number[]): Chart {
  const rows = contexts.map((context) => coverage(lengths, context));
  const parts = [
    { label: "in conversations that fit whole", opacity: 1 },
    { label: "in the first window of longer ones", opacity: 0.55 },
    { label: "in later windows", opacity: 0.2 },
  ];
  const bars = rows.flatMap(({ context, wholeEnd, firstEnd }) => [
    { context, from: 0, to: wholeEnd, ...parts[0] },
    { context, from: wholeEnd, to: firstEnd, ...parts[1] },
    { context, from: firstEnd, to: 1, ...parts[2] },
  ]);
  type Bar = (typeof bars)[number];
  return {
    id: "context-coverage",
    title: "What a context holds",
    description: rows
      .map(
        ({ context, cutShare }) =>
          `At ${context} tokens ${formatShare(cutShare)} of the conversations are cut`,
      )
      .join(". "),
    caption: html`Conversations that are cut: ${rows.map(({ context, cutShare }, index) => html`${index === 0 ? "" : ", "}<strong>${formatShare(cutShare)}</strong> at ${formatCount(context)} tokens`)}.
The trainer cuts at turns and repeats some of what came before; each word is still learned once.`,
    legend: legendOf(parts.map(({ label, opacity }) => ({ label, opacity, colour: "var(--persona)" }))),
    plot: (width) => ({
      height: 120,
      marginLeft: 48,
      marginRight: 18,
      marginTop: 4,
      x: {
        domain: [0, 1],
        label: null,
        ticks: width < 500 ? 3 : 5,
        tickFormat: formatShareTick,
      },
      y: {
        domain: contexts,
        label: null,
        tickSize: 0,
        tickFormat: (context: number) => formatCount(context),
        padding: 0.3,
        type: "band",
      },
      marks: [
        Plot.barX(bars, {
          y: "context",
          x1: "from",
          x2: "to",
          insetRight: 1,
          fill: "var(--persona)",
          fillOpacity: { value: "opacity", scale: null },
          title: ({ context, label, from, to }: Bar) =>
            `${context} tokens: ${formatShare(to - from)} ${label}`,
        }),
      ],
    }),
  };
}

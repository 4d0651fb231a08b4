import {
  MaskCode,
  readIndices,
  readRanges,
  type ShardManifest,
  type TokenRange,
} from "../../handoffs/index.ts";
import { formatCount, html, type Markup, showInvisible } from "../../page/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import { type Piece, toPieces } from "./pieces.ts";

const samplesShown = 10;
/** Tokens of a sample; what follows is only counted. */
const tokensShown = 220;

/** A stretch of a training conversation. */
interface Sample {
  /** Its place among the training conversations, from 1. */
  position: number;
  conversations: number;
  tokens: number;
  pieces: Piece[];
}

interface SampleOptions {
  manifest: ShardManifest;
  directory: string;
  tokenizer: Tokenizer;
  showNames: boolean;
}

/** Ten training conversations, evenly spread, token by token as the trainer reads them. */
export async function samplesSection(options: SampleOptions): Promise<Markup> {
  const samples = await readSamples(options);
  return html`<section id="samples">
<h2>What the trainer sees</h2>
<p class="lead">Ten conversations, evenly spread over the data set and decoded token by token from the shards. A hairline
parts one token from the next. The model learns to write what is marked; the rest it only reads.</p>
${maskLegend}
${samples.map((sample) => sampleArticle(sample, options.showNames))}
</section>`;
}

async function readSamples({ manifest, directory, tokenizer }: SampleOptions): Promise<Sample[]> {
  const { tokens } = manifest.splits.train;
  const offsets = await readIndices(directory, "train.offsets");
  const chosen = spread(offsets.length, samplesShown).map((index) => {
    const start = offsets[index] as number;
    return { index, start, length: (offsets[index + 1] ?? tokens) - start };
  });
  const ranges = chosen.map(({ start, length }) => ({ start, end: start + Math.min(length, tokensShown) }));
  const contents = await readRanges(directory, "train", manifest.dtype, ranges);
  const { bytesOf, specialTokens } = tokenizer;
  const names = new Map(specialTokens.map(({ id, content }) => [id, content]));
  return chosen.map(
    ({ index, length }, order): Sample => ({
      position: index + 1,
      conversations: offsets.length,
      tokens: length,
      pieces: withoutHalfLabel(
        toPieces(contents[order] as TokenRange, { bytesOf }, (id) => names.get(id)),
        length,
      ),
    }),
  );
}

/** A sample that was clipped within "who speaks next" would end in half a name. */
function withoutHalfLabel(pieces: Piece[], length: number): Piece[] {
  if (length <= tokensShown) return pieces;
  const last = pieces.findLastIndex(({ code }) => code !== MaskCode.nextSpeaker);
  return pieces.slice(0, last + 1);
}

/** Up to `wanted` indices below `length`, each from the middle of its part. */
function spread(length: number, wanted: number): number[] {
  const parts = Math.min(length, wanted);
  return Array.from({ length: parts }, (_, part) => Math.floor(((part + 0.5) * length) / parts));
}

const classes: Record<number, string> = {
  [MaskCode.structure]: "structure",
  [MaskCode.persona]: "persona",
  [MaskCode.others]: "others",
  [MaskCode.nextSpeaker]: "next-speaker",
};

const maskLegend = html`<ul class="legend tokens">
<li><span class="run persona">the persona’s words</span> learned</li>
<li><span class="run next-speaker">who speaks next</span> learned, with a weight of its own</li>
<li><span class="run others">others’ words</span> read as context</li>
<li><span class="run structure">structure</span> read as context</li>
</ul>`;

function sampleArticle({ position, conversations, tokens, pieces }: Sample, showNames: boolean): Markup {
  const shown = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  const clipped =
    shown < tokens
      ? html`<p class="clipped">… and ${formatCount(tokens - shown)} more tokens</p>`
      : undefined;
  return html`<article class="sample">
<h3>Conversation ${formatCount(position)} <span>of ${formatCount(conversations)} · ${formatCount(tokens)} tokens</span></h3>
<div class="transcript" dir="auto" tabindex="0" role="group" aria-label="Conversation ${formatCount(position)}, decoded">${runs(pieces).map((run) => runMarkup(run, showNames))}</div>
${clipped}</article>`;
}

/** Pieces in a row with one mask code. */
function runs(pieces: Piece[]): Piece[][] {
  const found: Piece[][] = [];
  for (const piece of pieces) {
    const run = found.at(-1);
    if (run?.[0]?.code === piece.code) run.push(piece);
    else found.push([piece]);
  }
  return found;
}

function runMarkup(run: Piece[], showNames: boolean): Markup {
  const code = run[0]?.code ?? MaskCode.structure;
  // Labels are who speaks next; a chat template's opening names the persona.
  const isHidden = !showNames && (code === MaskCode.nextSpeaker || code === MaskCode.structure);
  return html`<span class="run ${classes[code] ?? "structure"}">${run.map((piece) => pieceMarkup(piece, isHidden))}</span>`;
}

function pieceMarkup({ text, tokens, isSpecial }: Piece, isHidden: boolean): Markup {
  if (isSpecial) return html`<b>${text}</b>`;
  const shown = isHidden ? html`${text.replace(/\S/gu, "•")}` : visibleText(text);
  return tokens === 1 ? html`<i>${shown}</i>` : html`<i data-tokens="${tokens}">${shown}</i>`;
}

/** Line breaks stay, behind an arrow; what cannot be seen is named. */
function visibleText(text: string): Markup {
  const lines = text.split("\n").map((line) => showInvisible(line));
  return html`${lines.map((line, index) => (index === 0 ? html`${line}` : html`<u>↵</u>\n${line}`))}`;
}

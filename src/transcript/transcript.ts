/**
 * The one place where a conversation becomes token ids, and a continuation becomes a reply.
 *
 * A conversation is a prefix, then for each turn its opening (who speaks), its bubbles and its closing, then an end.
 * Each piece is encoded by itself and the ids are joined, never the strings, so that what a person types can never
 * become structure: text is encoded line by line, no line holds a newline, and every structural id stands for one.
 *
 *     newline         the next bubble
 *     newline, space  a line break inside a bubble
 *     closing         the end of the turn
 */

import { UserError } from "../errors.ts";
import { MaskCode, type Rendering, type Turn } from "../handoffs/index.ts";
import { TokenBuffer, type Tokenizer } from "../tokenizer/index.ts";
import { chatLayout } from "./chat-layout.ts";
import { canonicalLabel } from "./labels.ts";
import type { Layout, Separators } from "./layout.ts";
import { plainLayout } from "./plain-layout.ts";
import { ReplyReader } from "./reply-reader.ts";

export type { ReplyEvent } from "./reply-reader.ts";

/** A conversation as token ids, and what each of them is. */
export interface RenderedConversation {
  ids: number[];
  /** One `MaskCode` a token. */
  mask: number[];
  /** Index of the first token of each turn; what lies before the first is the prefix that opens every window. */
  turnStarts: number[];
}

export interface Transcript {
  /** The id that ends a conversation. */
  readonly endOfConversation: number;
  /** A whole conversation as training sees it, end included. */
  render(turns: Turn[]): RenderedConversation;
  /** Appends the same to a buffer, and says where its parts start in it. */
  renderInto(buffer: TokenBuffer, turns: Turn[]): Starts;
  /**
   * The ids after which the persona's next words follow: a prefix of what `render` gives once it has spoken. Where it spoke
   * last, they are the next bubble of the same turn.
   */
  prompt(turns: Turn[]): number[];
  /** The ids after which somebody's label follows, and those that choose the persona's: `prompt` begins with both, unless it spoke last. */
  nextSpeaker(turns: Turn[]): { prompt: number[]; label: number[] };
  /** Reads what the persona says after `prompt`. */
  readReply(): ReplyReader;
  /** The turns of a rendered conversation, or of as much of it as there is. */
  parse(ids: number[]): Turn[];
}

/** Indices of tokens in a buffer. */
export interface Starts {
  turns: number[];
  /** For each turn, where each of its bubbles starts; a bubble's separator or closing belongs to it. */
  bubbles: number[][];
}

export function createTranscript(options: {
  tokenizer: Tokenizer;
  rendering: Rendering;
  /** The persona's label. */
  persona: string;
}): Transcript {
  const { tokenizer, rendering } = options;
  const persona = canonicalLabel(options.persona);
  const separators = separatorsOf(tokenizer);
  const createLayout = rendering === "plain" ? plainLayout : chatLayout;
  const layout = createLayout({ tokenizer, persona, separators });
  const replyReader = () =>
    new ReplyReader({ separators, closing: layout.closing, bytesOf: tokenizer.bytesOf });

  /** @param unclosed A turn of which more bubbles follow. */
  function open(buffer: TokenBuffer, turns: Turn[], unclosed?: Turn): Starts {
    const starts: Starts = { turns: [], bubbles: [] };
    write(buffer, layout.prefix, MaskCode.structure);
    for (const turn of turns) {
      const start = buffer.length;
      const bubbles = writeTurn(buffer, turn, turn === unclosed);
      if (bubbles.length === 0) continue;
      starts.turns.push(start);
      starts.bubbles.push(bubbles);
    }
    return starts;
  }

  /** Nobody else may carry the persona's own label: their words would be learned as the persona's. */
  function labelOf({ speaker, isPersona }: Turn): string {
    if (isPersona) return persona;
    const label = canonicalLabel(speaker);
    return label === persona ? `${label} 2` : label;
  }

  const openings = new Map<string, { ids: number[]; labelLength: number }>();

  /** Remembered: the same few people open most turns. */
  function openingOf(turn: Turn): { ids: number[]; labelLength: number } {
    const known = turn.isPersona ? asPersona : openings.get(turn.speaker);
    if (known !== undefined) return known;
    const opening = layout.opening({ isPersona: false, speaker: labelOf(turn) });
    if (openings.size >= maxOpenings) openings.clear();
    openings.set(turn.speaker, opening);
    return opening;
  }

  const asPersona = layout.opening({ speaker: persona, isPersona: true });

  /** Writes nothing for a turn without a bubble; returns where each bubble starts. */
  function writeTurn(buffer: TokenBuffer, turn: Turn, isUnclosed: boolean): number[] {
    const bubbleStarts: number[] = [];
    const words = turn.isPersona ? MaskCode.persona : MaskCode.others;
    for (let index = 0; index < turn.bubbles.length; index++) {
      const text = canonicalBubble(turn.bubbles[index] as string);
      if (text === "") continue;
      if (bubbleStarts.length === 0) writeOpening(buffer, turn);
      else buffer.push(separators.newline);
      bubbleStarts.push(buffer.length);
      buffer.code = turn.contextOnly?.[index] ? MaskCode.structure : words;
      writeBubble(buffer, text, tokenizer, separators);
    }
    if (isUnclosed) buffer.push(separators.newline);
    else if (bubbleStarts.length > 0) writeClosing(buffer);
    return bubbleStarts;
  }

  function writeOpening(buffer: TokenBuffer, turn: Turn): void {
    const { ids, labelLength } = openingOf(turn);
    buffer.code = MaskCode.nextSpeaker;
    buffer.append(ids, 0, labelLength);
    buffer.code = MaskCode.structure;
    buffer.append(ids, labelLength);
  }

  /** The end of a turn is learned as its last bubble is. */
  function writeClosing(buffer: TokenBuffer): void {
    const lastCode = buffer.code;
    buffer.push(layout.closing[0] as number);
    buffer.code = closingTailCode(rendering, lastCode);
    buffer.append(layout.closing, 1);
  }

  function renderInto(buffer: TokenBuffer, turns: Turn[]): Starts {
    const starts = open(buffer, turns);
    write(buffer, [layout.end], MaskCode.nextSpeaker);
    return starts;
  }

  return {
    endOfConversation: layout.end,
    render(turns) {
      const buffer = new TokenBuffer();
      const { turns: turnStarts } = renderInto(buffer, turns);
      return { ids: idsOf(buffer), mask: Array.from(buffer.mask.subarray(0, buffer.length)), turnStarts };
    },
    renderInto,
    prompt(turns) {
      const buffer = new TokenBuffer();
      const last = turns.findLast(hasWords);
      const unclosed = last?.isPersona ? last : undefined;
      open(buffer, turns, unclosed);
      if (unclosed === undefined) buffer.append(asPersona.ids);
      return idsOf(buffer);
    },
    nextSpeaker(turns) {
      const buffer = new TokenBuffer();
      open(buffer, turns);
      return { prompt: idsOf(buffer), label: asPersona.ids.slice(0, asPersona.labelLength) };
    },
    readReply: replyReader,
    parse: (ids) => parseTurns(ids, layout, replyReader),
  };
}

const maxOpenings = 10_000;

/** Turns as both training and serving see them: bubbles trimmed, empty ones gone, and turns without a bubble gone. */
export function canonicalTurns(turns: Turn[]): Turn[] {
  return turns
    .map((turn) => ({
      speaker: canonicalLabel(turn.speaker),
      isPersona: turn.isPersona,
      bubbles: turn.bubbles.map(canonicalBubble).filter((text) => text !== ""),
    }))
    .filter(({ bubbles }) => bubbles.length > 0);
}

/** Turns with what the persona says next: nobody has two in a row. */
export function withReply(turns: Turn[], bubbles: string[]): Turn[] {
  const last = turns.at(-1);
  if (!last?.isPersona) return [...turns, { speaker: "", isPersona: true, bubbles }];
  return [...turns.slice(0, -1), { ...last, bubbles: [...last.bubbles, ...bubbles] }];
}

function hasWords({ bubbles }: Turn): boolean {
  return bubbles.some((text) => canonicalBubble(text) !== "");
}

function canonicalBubble(text: string): string {
  return text.toWellFormed().trim();
}

function writeBubble(
  buffer: TokenBuffer,
  bubble: string,
  tokenizer: Tokenizer,
  { newline, space }: Separators,
): void {
  const lines = bubble.includes("\n") ? bubble.split("\n") : [bubble];
  for (const [index, line] of lines.entries()) {
    if (index > 0) {
      buffer.push(newline);
      buffer.push(space);
    }
    tokenizer.encodeInto(line, buffer);
  }
}

/** In `plain`, a closing of two newlines is one decision taken twice; in `chat`, what follows its first id is fixed. */
function closingTailCode(rendering: Rendering, words: number): number {
  return rendering === "plain" ? words : MaskCode.structure;
}

function write(buffer: TokenBuffer, ids: number[], code: number): void {
  buffer.code = code;
  buffer.append(ids);
}

function idsOf({ ids, length }: TokenBuffer): number[] {
  return Array.from(ids.subarray(0, length));
}

function parseTurns(ids: number[], layout: Layout, replyReader: () => ReplyReader): Turn[] {
  const turns: Turn[] = [];
  let position = layout.prefix.length;
  while (position < ids.length) {
    const opening = layout.readOpening(ids, position);
    if (opening === undefined) break;
    position += opening.length;
    const bubbles: string[] = [];
    const reader = replyReader();
    for (let isOver = false; !isOver && position < ids.length; position++) {
      for (const event of reader.push(ids[position] as number)) {
        if (event.type === "bubble-end") bubbles.push(event.bubble);
        isOver ||= event.type === "turn-end";
      }
    }
    position += layout.closing.length - reader.consumedClosing;
    turns.push({ speaker: opening.speaker, isPersona: opening.isPersona, bubbles });
  }
  return turns;
}

function separatorsOf(tokenizer: Tokenizer): Separators {
  const [newline, ...restOfNewline] = tokenizer.encode("\n");
  const [space, ...restOfSpace] = tokenizer.encode(" ");
  if (newline === undefined || space === undefined || restOfNewline.length + restOfSpace.length > 0) {
    throw new UserError("This tokeniser has no ids of their own for a newline and a space.", {
      fix: "Choose a base whose tokeniser has them, such as gpt2-large.",
    });
  }
  return { newline, space };
}

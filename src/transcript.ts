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
import { chatLayout } from "./chat-layout.ts";
import { UserError } from "./errors.ts";
import { MaskCode, type Rendering, type Turn } from "./handoffs.ts";
import { plainLayout } from "./plain-layout.ts";
import { createReplyReader, type ReplyReader } from "./reply-reader.ts";
import type { Tokenizer } from "./tokenizer.ts";

export type { ReplyEvent, ReplyReader } from "./reply-reader.ts";

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
  /** The ids after which the persona's next words follow: a prefix of what `render` gives once it has spoken. */
  prompt(turns: Turn[]): number[];
  /** Reads what the persona says after `prompt`. */
  readReply(): ReplyReader;
  /** The turns of a rendered conversation, or of as much of it as there is. */
  parse(ids: number[]): Turn[];
}

/** What differs between renderings: the ids around a turn's bubbles. */
export interface Layout {
  /** Opens every window: the same at a conversation's start and in its middle. */
  prefix: number[];
  /** Who speaks. The first `labelLength` ids choose the speaker; the others follow from them. */
  opening(turn: { speaker: string; isPersona: boolean }): { ids: number[]; labelLength: number };
  closing: number[];
  end: number;
  /** Reads an opening at `start`; undefined where there is none. */
  readOpening(
    ids: number[],
    start: number,
  ): { speaker: string; isPersona: boolean; length: number } | undefined;
}

/** The ids that bubbles are joined with. */
export interface Separators {
  newline: number;
  space: number;
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
    createReplyReader({ separators, closing: layout.closing, bytesOf: tokenizer.bytesOf });

  function open(turns: Turn[]): RenderedConversation {
    const rendered: RenderedConversation = { ids: [], mask: [], turnStarts: [] };
    append(rendered, layout.prefix, MaskCode.structure);
    for (const turn of canonicalTurns(turns)) appendTurn(rendered, turn);
    return rendered;
  }

  /** Nobody else may carry the persona's own label: their words would be learned as the persona's. */
  function labelOf({ speaker, isPersona }: Turn): string {
    if (isPersona) return persona;
    return speaker === persona ? `${speaker} 2` : speaker;
  }

  function appendTurn(rendered: RenderedConversation, turn: Turn): void {
    const words = turn.isPersona ? MaskCode.persona : MaskCode.others;
    const opening = layout.opening({ ...turn, speaker: labelOf(turn) });
    rendered.turnStarts.push(rendered.ids.length);
    append(rendered, opening.ids.slice(0, opening.labelLength), MaskCode.nextSpeaker);
    append(rendered, opening.ids.slice(opening.labelLength), MaskCode.structure);
    append(rendered, encodeBubbles(turn.bubbles, tokenizer, separators), words);
    append(rendered, layout.closing.slice(0, 1), words);
    append(rendered, layout.closing.slice(1), closingTailCode(rendering, words));
  }

  return {
    endOfConversation: layout.end,
    render(turns) {
      const rendered = open(turns);
      append(rendered, [layout.end], MaskCode.nextSpeaker);
      return rendered;
    },
    prompt: (turns) => [...open(turns).ids, ...layout.opening({ speaker: persona, isPersona: true }).ids],
    readReply: replyReader,
    parse: (ids) => parseTurns(ids, layout, replyReader),
  };
}

/** A name as a label: one line, no spaces around it. */
export function canonicalLabel(name: string): string {
  return name.toWellFormed().replace(/\s+/gu, " ").trim() || "?";
}

/** Bubbles as both training and serving see them: trimmed, empty ones gone, and turns without a bubble gone. */
export function canonicalTurns(turns: Turn[]): Turn[] {
  return turns
    .map(({ speaker, isPersona, bubbles }) => ({
      speaker: canonicalLabel(speaker),
      isPersona,
      bubbles: bubbles.map((bubble) => bubble.toWellFormed().trim()).filter((bubble) => bubble !== ""),
    }))
    .filter(({ bubbles }) => bubbles.length > 0);
}

function encodeBubbles(bubbles: string[], tokenizer: Tokenizer, { newline, space }: Separators): number[] {
  const ids: number[] = [];
  for (const [bubbleIndex, bubble] of bubbles.entries()) {
    if (bubbleIndex > 0) ids.push(newline);
    for (const [lineIndex, line] of bubble.split("\n").entries()) {
      if (lineIndex > 0) ids.push(newline, space);
      for (const id of tokenizer.encode(line)) ids.push(id);
    }
  }
  return ids;
}

/** In `plain`, a closing of two newlines is one decision taken twice; in `chat`, what follows its first id is fixed. */
function closingTailCode(rendering: Rendering, words: number): number {
  return rendering === "plain" ? words : MaskCode.structure;
}

function append(rendered: RenderedConversation, ids: number[], code: number): void {
  for (const id of ids) {
    rendered.ids.push(id);
    rendered.mask.push(code);
  }
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
      fix: "Choose a base with a byte-level tokeniser, such as gpt2-large.",
    });
  }
  return { newline, space };
}

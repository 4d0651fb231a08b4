import type { Rendering, Turn } from "./handoffs.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A conversation as token ids, and what each of them is. */
export interface RenderedConversation {
  ids: number[];
  /** One `MaskCode` a token. */
  mask: number[];
  /** Index of the first token of each turn; what lies before the first is the prefix that opens every window. */
  turnStarts: number[];
}

/** What a persona's reply is made of, as it is generated. */
export type ReplyEvent =
  | { type: "bubble-delta"; text: string }
  | { type: "bubble-end"; bubble: string }
  | { type: "turn-end" };

/** Reads generated ids, one at a time. */
export interface ReplyReader {
  /** The events that this id completes; after `turn-end` the reply is over and no further id is read. */
  push(id: number): ReplyEvent[];
  /** Ends a reply that was cut off: the bubble in progress, if there is one. */
  end(): ReplyEvent[];
}

/** The one place where a conversation becomes token ids, and a continuation becomes a reply. */
export interface Transcript {
  readonly endOfConversation: number;
  /** A whole conversation as training sees it, end included. */
  render(turns: Turn[]): RenderedConversation;
  /** The ids after which the persona's next words follow: a prefix of what `render` gave for the same turns. */
  prompt(turns: Turn[]): number[];
  readReply(): ReplyReader;
}

export interface TranscriptOptions {
  tokenizer: Tokenizer;
  rendering: Rendering;
  /** The persona's label. */
  persona: string;
}

export function createTranscript(_options: TranscriptOptions): Transcript {
  throw new Error("being written");
}

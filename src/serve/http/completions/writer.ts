import type { WeighedId } from "../../engines/index.ts";
import type { Model } from "../../persona.ts";
import { TextUntil } from "../text-until.ts";

/** A part of a continuation: its text, and the ids that make it. */
export interface TextPart {
  index: number;
  text: string;
  ids: WeighedId[];
  /** Why nothing follows; only the last part has it. */
  finish?: "stop" | "length" | "content_filter";
}

interface WriterOptions {
  index: number;
  maxTokens: number;
  stops: string[];
  tokenizer: Model["tokenizer"];
}

/** Makes text of ids as they are drawn, up to where it ends. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #text: TextUntil;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** Ids whose text is held back. */
  #held: WeighedId[] = [];
  #isOver = false;
  drawn = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#text = new TextUntil(options.stops);
  }

  /** Whether no further id is wanted. */
  get isOver(): boolean {
    return this.#isOver;
  }

  push(weighed: WeighedId): TextPart[] {
    if (this.#isOver) return [];
    this.drawn++;
    const bytes = this.#options.tokenizer.bytesOf(weighed.id);
    // Structure, such as the end of the text.
    if (bytes.length === 0) return [this.end("stop")];
    this.#held.push(weighed);
    const text = this.#text.push(this.#decoder.decode(bytes, { stream: true }));
    if (this.#text.isOver) return [this.#last(text, "stop")];
    if (this.drawn >= this.#options.maxTokens) return [this.end("length", text)];
    return text === "" ? [] : [{ index: this.#options.index, text, ids: this.#held.splice(0) }];
  }

  /** Nothing more comes. */
  end(finish: NonNullable<TextPart["finish"]>, text = ""): TextPart {
    const rest = this.#text.push(this.#decoder.decode());
    return this.#last(text + rest + this.#text.end(), finish);
  }

  #last(text: string, finish: NonNullable<TextPart["finish"]>): TextPart {
    this.#isOver = true;
    return { index: this.#options.index, text, ids: this.#held.splice(0), finish };
  }
}

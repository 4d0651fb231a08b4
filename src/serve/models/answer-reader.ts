import type { ReplyEvent } from "../../transcript/index.ts";
import { endsInCode } from "../replies/index.ts";

interface AnswerFormat {
  /** None for what is no text: such an id ends the answer. */
  bytesOf(id: number): Uint8Array;
  /** Texts that end it too. */
  stops: string[];
}

const thoughts = { start: "<think>", end: "</think>" };

const manyEmptyLines = /\n(?:[^\S\n]*\n){3,}/g;

/** Turns generated ids into one message, whatever lines it has. What a model thinks first is not said. */
export class AnswerReader {
  readonly #format: AnswerFormat;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #told = "";
  /** Read and not told: white space that more may follow, and what may become a stop. */
  #held = "";
  #isThinking: boolean | undefined;
  #isOver = false;

  constructor(format: AnswerFormat) {
    this.#format = format;
  }

  /** The events that this id completes; after `turn-end` no further id is read. */
  push(id: number): ReplyEvent[] {
    if (this.#isOver) return [];
    const bytes = this.#format.bytesOf(id);
    if (bytes.length === 0) return [...this.end(), { type: "turn-end" }];
    this.#held += this.#decoder.decode(bytes, { stream: true });
    this.#dropThoughts();
    if (this.#isThinking !== false) return [];
    const stop = this.#stopAt();
    if (stop === undefined) return this.#tell(this.#held.length - this.#mayGoOn());
    this.#held = this.#held.slice(0, stop);
    return [...this.end(), { type: "turn-end" }];
  }

  /** Ends an answer that was cut off. */
  end(): ReplyEvent[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    this.#held += this.#decoder.decode();
    if (this.#isThinking) this.#held = "";
    const events = this.#tell(this.#held.length);
    return this.#told === "" ? events : [...events, { type: "bubble-end", bubble: this.#told }];
  }

  #dropThoughts(): void {
    const begun = this.#held.trimStart();
    this.#isThinking ??=
      begun.startsWith(thoughts.start) || (thoughts.start.startsWith(begun) ? undefined : false);
    if (!this.#isThinking) return;
    const end = this.#held.indexOf(thoughts.end);
    if (end === -1) return;
    this.#held = this.#held.slice(end + thoughts.end.length);
    this.#isThinking = false;
  }

  #stopAt(): number | undefined {
    const found = this.#format.stops.map((stop) => this.#held.indexOf(stop)).filter((at) => at !== -1);
    return found.length > 0 ? Math.min(...found) : undefined;
  }

  /** How many characters at the end may be the beginning of a stop. */
  #mayGoOn(): number {
    const beginnings = this.#format.stops.map((stop) => {
      let length = Math.min(stop.length - 1, this.#held.length);
      while (length > 0 && !this.#held.endsWith(stop.slice(0, length))) length--;
      return length;
    });
    return Math.max(0, ...beginnings);
  }

  /** Tells what is held up to a place, but the white space at its end. */
  #tell(end: number): ReplyEvent[] {
    const visible = this.#held.slice(0, end).trimEnd();
    const text = this.#folded(this.#told === "" ? visible.trimStart() : visible);
    if (text === "") return [];
    this.#held = this.#held.slice(visible.length);
    this.#told += text;
    return [{ type: "bubble-delta", text }];
  }

  /** Nobody reads a screen of empty lines; in a block of code they are left as they are. */
  #folded(text: string): string {
    return text.replace(manyEmptyLines, (lines, at: number) => {
      const isInCode = endsInCode(this.#told + text.slice(0, at));
      return isInCode ? lines : "\n\n\n";
    });
  }
}

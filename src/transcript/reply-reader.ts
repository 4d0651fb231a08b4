import type { Separators } from "./layout.ts";

/** What a persona's reply is made of, as it is generated. */
export type ReplyEvent =
  | { type: "bubble-delta"; text: string }
  | { type: "bubble-end"; bubble: string }
  | { type: "turn-end" };

interface ReplyFormat {
  separators: Separators;
  /** The ids that end a turn. */
  closing: number[];
  bytesOf: (id: number) => Uint8Array;
}

/**
 * Turns generated ids into bubbles, one at a time.
 *
 * Holds back white space until more text follows, so that the deltas of a bubble add up to the bubble, which is trimmed.
 */
export class ReplyReader {
  readonly #format: ReplyFormat;
  #decoder = newDecoder();
  #bubble = "";
  /** White space behind the bubble that more text may follow. */
  #held = "";
  #isAfterNewline = false;
  #isOver = false;
  #consumedClosing = 0;

  constructor(format: ReplyFormat) {
    this.#format = format;
  }

  /** How many ids of the closing were read. */
  get consumedClosing(): number {
    return this.#consumedClosing;
  }

  /** The events that this id completes; after `turn-end` the reply is over and no further id is read. */
  push(id: number): ReplyEvent[] {
    if (this.#isOver) return [];
    const { separators, closing, bytesOf } = this.#format;
    if (this.#isAfterNewline) {
      this.#isAfterNewline = false;
      if (id === separators.space) return this.#write(`${this.#decoder.decode()}\n`);
      if (id === separators.newline) return this.#endTurn(2);
      return [...this.#endBubble(), ...this.push(id)];
    }
    if (id === separators.newline) {
      this.#isAfterNewline = true;
      return [];
    }
    const bytes = bytesOf(id);
    // A special token inside a turn is a model that ran on: nothing of it may reach a person.
    if (id === closing[0] || bytes.length === 0) return this.#endTurn(1);
    return this.#write(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends a reply that was cut off: the bubble in progress, if there is one. */
  end(): ReplyEvent[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    return this.#endBubble();
  }

  #write(text: string): ReplyEvent[] {
    // Only what is new is looked at: a long bubble would be read once for each of its ids.
    const visible = text.trimEnd();
    if (visible === "") {
      if (this.#bubble !== "") this.#held += text;
      return [];
    }
    const delta = this.#bubble === "" ? visible.trimStart() : this.#held + visible;
    this.#bubble += delta;
    this.#held = text.slice(visible.length);
    return [{ type: "bubble-delta", text: delta }];
  }

  #endBubble(): ReplyEvent[] {
    const events = this.#write(this.#decoder.decode());
    const whole = this.#bubble;
    this.#decoder = newDecoder();
    this.#bubble = "";
    this.#held = "";
    return whole === "" ? events : [...events, { type: "bubble-end", bubble: whole }];
  }

  #endTurn(closingIds: number): ReplyEvent[] {
    this.#isOver = true;
    this.#consumedClosing = closingIds;
    return [...this.#endBubble(), { type: "turn-end" }];
  }
}

function newDecoder() {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

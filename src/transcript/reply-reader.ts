import type { Separators } from "./layout.ts";

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
  /** How many ids of the closing were read. */
  readonly consumedClosing: number;
}

/**
 * Turns ids into bubbles.
 *
 * Holds back white space until more text follows, so that the deltas of a bubble add up to the bubble, which is trimmed.
 */
export function createReplyReader({
  separators: { newline, space },
  closing,
  bytesOf,
}: {
  separators: Separators;
  closing: number[];
  bytesOf: (id: number) => Uint8Array;
}): ReplyReader {
  let decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let bubble = "";
  /** White space behind `bubble` that more text may follow. */
  let held = "";
  let isAfterNewline = false;
  let isOver = false;
  let consumedClosing = 0;

  function write(text: string): ReplyEvent[] {
    // Only what is new is looked at: a long bubble would be read once for each of its ids.
    const visible = text.trimEnd();
    if (visible === "") {
      if (bubble !== "") held += text;
      return [];
    }
    const delta = bubble === "" ? visible.trimStart() : held + visible;
    bubble += delta;
    held = text.slice(visible.length);
    return [{ type: "bubble-delta", text: delta }];
  }

  function endBubble(): ReplyEvent[] {
    const events = write(decoder.decode());
    const whole = bubble;
    decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    bubble = "";
    held = "";
    return whole === "" ? events : [...events, { type: "bubble-end", bubble: whole }];
  }

  function endTurn(closingIds: number): ReplyEvent[] {
    isOver = true;
    consumedClosing = closingIds;
    return [...endBubble(), { type: "turn-end" }];
  }

  function push(id: number): ReplyEvent[] {
    if (isOver) return [];
    if (isAfterNewline) {
      isAfterNewline = false;
      if (id === space) return write(`${decoder.decode()}\n`);
      if (id === newline) return endTurn(2);
      return [...endBubble(), ...push(id)];
    }
    if (id === newline) {
      isAfterNewline = true;
      return [];
    }
    const bytes = bytesOf(id);
    // A special token inside a turn is a model that ran on: nothing of it may reach a person.
    if (id === closing[0] || bytes.length === 0) return endTurn(1);
    return write(decoder.decode(bytes, { stream: true }));
  }

  return {
    push,
    end() {
      if (isOver) return [];
      isOver = true;
      return endBubble();
    },
    get consumedClosing() {
      return consumedClosing;
    },
  };
}

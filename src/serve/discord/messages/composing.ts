import { endsInCode } from "../../replies/index.ts";

/** Bubbles that are sent as one message. */
export interface Composed {
  bubbles: string[];
  text: string;
}

/** A bubble of so many characters is no talk any more: what follows it stays with it. */
const longText = 600;
/** Nobody is sent more messages in a row: the last of them has all the rest. */
const mostMessages = 10;

/** Puts bubbles together that are no talk: a block of code, or a long text, is one message. */
export class Composer {
  #held: string[] = [];
  #given = 0;

  /** The next bubble; undefined as long as what it belongs to is not whole. */
  push(bubble: string): Composed | undefined {
    this.#held.push(bubble);
    const text = this.#held.join("\n");
    const isOpen = endsInCode(text);
    const isLong = this.#held.some((each) => each.length >= longText);
    return isOpen || isLong || this.#given >= mostMessages - 1 ? undefined : this.end();
  }

  /** What was held back. */
  end(): Composed | undefined {
    const bubbles = this.#held;
    this.#held = [];
    if (bubbles.length === 0) return undefined;
    this.#given++;
    return { bubbles, text: bubbles.join("\n") };
  }
}

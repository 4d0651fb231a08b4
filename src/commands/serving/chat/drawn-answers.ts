import type { PersonaEventOf, ReplyOutcome } from "../../../serve/index.ts";
import type { Shown } from "./answers.ts";

interface Drawn {
  bubbles: string[];
  /** What there is of the next bubble. */
  open: string;
}

/** Several answers to the same words while they are drawn together. */
export class DrawnAnswers {
  readonly #drawn: Drawn[];
  readonly #onChange: () => void;
  readonly #stop = new AbortController();

  /** @param onChange Called when something else is to be shown of them. */
  constructor(count: number, onChange: () => void) {
    this.#drawn = Array.from({ length: count }, () => ({ bubbles: [], open: "" }));
    this.#onChange = onChange;
  }

  /** Those of which anything may be said. */
  get answers(): string[][] {
    return this.#drawn.map(({ bubbles }) => bubbles).filter((bubbles) => bubbles.length > 0);
  }

  /** Raised where nothing more of them is to be drawn. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Takes what is drawn; returns what came of it. */
  async follow(events: AsyncIterable<PersonaEventOf>): Promise<ReplyOutcome | undefined> {
    let outcome: ReplyOutcome | undefined;
    for await (const event of events) {
      if (event.type === "reply-end") outcome = event.outcome;
      else this.#take(event, this.#drawn[event.index] as Drawn);
      this.#onChange();
    }
    return outcome;
  }

  *parts(name: string): Generator<Shown> {
    for (const { bubbles, open } of this.#drawn)
      for (const text of open === "" ? bubbles : [...bubbles, open])
        yield { side: "aside", text: `  ${text}` };
    yield { side: "aside", text: `${name} is typing …` };
  }

  #take(event: Exclude<PersonaEventOf, { type: "reply-end" }>, drawn: Drawn): void {
    drawn.open = event.type === "bubble-delta" ? drawn.open + event.text : "";
    if (event.type === "bubble-end") drawn.bubbles.push(event.bubble);
  }
}

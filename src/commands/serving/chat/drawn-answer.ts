import type { Pace, PersonaEvent, ReplyOutcome } from "../../../serve/index.ts";
import { asTheirs, type Shown } from "./answers.ts";

/** An answer while it is drawn; with a pace, each bubble is shown when it is due. */
export class DrawnAnswer {
  readonly bubbles: string[] = [];
  /** Raised where nothing more of it is to be drawn. */
  readonly signal: AbortSignal;
  readonly #pace: Pace | undefined;
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  /** What there is of the next bubble. */
  #open = "";
  #isTyping: boolean;

  /** @param onChange Called when something else is to be shown of it. */
  constructor(pace: Pace | undefined, onChange: () => void) {
    this.#pace = pace;
    this.#onChange = onChange;
    this.#isTyping = pace === undefined;
    const stop = this.#stop.signal;
    this.signal = pace === undefined ? stop : AbortSignal.any([stop, pace.signal]);
  }

  /** Whether somebody has stopped it, which is not so where it is thought over. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Takes what is drawn; returns what came of it, unless it is not said to its end. */
  async follow(events: AsyncIterable<PersonaEvent>): Promise<ReplyOutcome | undefined> {
    let outcome: ReplyOutcome | undefined;
    for await (const event of events) {
      if (event.type === "bubble-end" && !(await this.#isDue(event.bubble))) return undefined;
      if (event.type === "reply-end") outcome = event.outcome;
      this.#take(event);
      this.#onChange();
    }
    return outcome;
  }

  *parts(name: string): Generator<Shown> {
    yield* asTheirs(this.#open === "" ? this.bubbles : [...this.bubbles, this.#open]);
    if (this.#open === "" && this.#isTyping) yield { side: "aside", text: `${name} is typing …` };
  }

  /** Waits until a bubble may be shown; false where it is not to be. */
  async #isDue(bubble: string): Promise<boolean> {
    if (this.#pace === undefined) return true;
    const due = this.#pace.untilDue(bubble, () => this.#showTyping());
    const isSaid = await Promise.race([due, raised(this.#stop.signal)]);
    return isSaid && !this.isStopped;
  }

  #showTyping(): void {
    this.#isTyping = true;
    this.#onChange();
  }

  #take(event: PersonaEvent): void {
    const isStreamed = this.#pace === undefined;
    this.#open = event.type === "bubble-delta" && isStreamed ? this.#open + event.text : "";
    if (event.type !== "bubble-end") return;
    this.bubbles.push(event.bubble);
    this.#isTyping = isStreamed;
  }
}

/** Resolves once somebody raises the signal. */
function raised(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}

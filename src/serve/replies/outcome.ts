import type { Candidate } from "./candidates.ts";
import type { Failure } from "./filters.ts";

/** What came of one reply, in kinds and figures: nobody's words. */
export interface ReplyOutcome {
  /**
   * `said`: the model ended its turn. `cut-off`: it ran into the limit, or the rest may not be said. `silent`: every
   * candidate ended its turn before a word. `refused`: no candidate may be said. `stopped`: somebody stopped it. `resting`:
   * nothing was drawn, because a run has the GPU.
   */
  ending: "said" | "cut-off" | "silent" | "refused" | "stopped" | "resting";
  bubbles: number;
  /** Each draw in its order; `failure` says why it, or the rest of it, may not be said. */
  candidates: { tokens: number; failure?: Failure }[];
  tokens: number;
  /** Absent where nothing was drawn. */
  firstTokenMs?: number;
  tokensPerSecond?: number;
}

/** @param said The candidate that was chosen, if one was. */
export function outcomeOf(tried: Candidate[], said: Candidate | undefined, clock: TokenClock): ReplyOutcome {
  return {
    ending: endingOf(tried, said),
    bubbles: said?.bubbles.length ?? 0,
    candidates: tried.map(({ tokens, failure }) => ({ tokens, ...(failure !== undefined && { failure }) })),
    tokens: tried.reduce((sum, { tokens }) => sum + tokens, 0),
    ...clock.read(),
  };
}

function endingOf(tried: Candidate[], said: Candidate | undefined): ReplyOutcome["ending"] {
  // Where one may be said and none is, somebody did not want to hear it.
  if (said === undefined && (tried.length === 0 || tried.some(({ failure }) => failure === undefined)))
    return "stopped";
  if (said?.ending === "stopped") return "stopped";
  if (said !== undefined) return said.ending === "turn-end" ? "said" : "cut-off";
  return tried.every(({ failure }) => failure === "empty") ? "silent" : "refused";
}

/** Measures how soon and how quickly ids come. */
export class TokenClock {
  readonly #startedAt = performance.now();
  #firstAt: number | undefined;
  #lastAt = 0;
  #tokens = 0;

  async *watch(ids: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const id of ids) {
      this.count();
      yield id;
    }
  }

  /** One more id is there. */
  count(): void {
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt;
    this.#tokens++;
  }

  read(): Pick<ReplyOutcome, "firstTokenMs" | "tokensPerSecond"> {
    if (this.#firstAt === undefined) return {};
    const firstTokenMs = Math.round(this.#firstAt - this.#startedAt);
    const seconds = (this.#lastAt - this.#firstAt) / 1000;
    if (seconds === 0) return { firstTokenMs };
    return { firstTokenMs, tokensPerSecond: Math.round((10 * (this.#tokens - 1)) / seconds) / 10 };
  }
}

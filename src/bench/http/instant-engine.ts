import { setTimeout as wait } from "node:timers/promises";

interface Drawing {
  maxTokens: number;
  signal: AbortSignal;
}

/** An engine that takes no time: whatever is measured with it is the server's own. */
export class InstantEngine {
  readonly contextLength = 1024;
  readonly about = "nothing";
  readonly #ids: number[];
  readonly #isSilent: boolean;

  /**
   * @param ids What it draws, in their order.
   * @param isSilent Draws nothing until it is given up.
   */
  constructor(ids: number[], { isSilent = false } = {}) {
    this.#ids = ids;
    this.#isSilent = isSilent;
  }

  async *generate(_: number[], { maxTokens, signal }: Drawing): AsyncGenerator<number> {
    if (this.#isSilent) await wait(2 ** 30, undefined, { signal, ref: false }).catch(() => {});
    for (const id of this.#ids.slice(0, maxTokens)) if (!signal.aborted) yield id;
  }

  async generateSeveral(): Promise<never[]> {
    return [];
  }

  async score(): Promise<undefined> {}
  async weigh(): Promise<undefined> {}
  async nextProbabilities(): Promise<undefined> {}
  forget(): void {}
  async close(): Promise<void> {}
}

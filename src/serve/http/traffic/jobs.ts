import { setTimeout as wait } from "node:timers/promises";
import { closing, stopped } from "../problems.ts";

/** A request that is being answered. */
export interface Job {
  /** Raised when whoever asked has left, the time is up, or the server is stopped. */
  signal: AbortSignal;
  end(): void;
}

/** No answer takes longer. */
const longestAnswerMs = 600_000;

/** Knows what is being answered, so that it can be waited for and stopped. */
export class Jobs {
  readonly #running = new Set<AbortController>();
  #isClosing = false;
  #onIdle = () => {};

  /** @throws {ApiProblem} once the server is being stopped. */
  begin(asked: AbortSignal): Job {
    if (this.#isClosing) throw closing;
    const controller = new AbortController();
    const stop = () => controller.abort(stopped);
    if (asked.aborted) stop();
    asked.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(stop, longestAnswerMs).unref();
    this.#running.add(controller);
    return {
      signal: controller.signal,
      end: () => {
        clearTimeout(timer);
        asked.removeEventListener("abort", stop);
        this.#running.delete(controller);
        if (this.#running.size === 0) this.#onIdle();
      },
    };
  }

  /** Begins no other; gives those that run so long to end, and then stops them. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    await Promise.race([this.#idle(), wait(graceMs, undefined, { ref: false })]);
    for (const controller of this.#running) controller.abort(stopped);
    await this.#idle();
  }

  #idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}

/** Raises its signal when nothing was heard for too long: a hung trainer holds the GPU all night. */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  #timer: NodeJS.Timeout;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
    this.#timer = this.#wind();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  hear(): void {
    clearTimeout(this.#timer);
    if (!this.signal.aborted) this.#timer = this.#wind();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #wind(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.#silenceMs);
  }
}

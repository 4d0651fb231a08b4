import { ApiProblem } from "../problems.ts";

interface Waiting {
  begin(): void;
}

/** A place in the line. */
export interface Ticket {
  /** Settles when it is this one's turn. */
  turn: Promise<void>;
  /** Gives the place to the next one, whether the turn has come or not. */
  leave(): void;
}

interface LineOptions {
  /** How many have their turn at the same time. */
  atOnce: number;
  /** How many may wait. */
  waiting: number;
}

/** No answer takes less, as far as whoever is sent away is told. */
const shortestWaitSeconds = 1;
const longestWaitSeconds = 120;

/** Lets a few compute at the same time, and the others wait for their turn. */
export class Line {
  readonly #options: LineOptions;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #averageSeconds = 2;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws {ApiProblem} where too many wait already. */
  join(): Ticket {
    if (this.#running < this.#options.atOnce) return this.#begun();
    if (this.#waiting.length >= this.#options.waiting) throw this.#full();
    let leave = () => {};
    const turn = new Promise<void>((resolve) => {
      const waiting = {
        begin: () => {
          leave = this.#begun().leave;
          resolve();
        },
      };
      leave = () => {
        leave = () => {};
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      };
      this.#waiting.push(waiting);
    });
    return { turn, leave: () => leave() };
  }

  #begun(): Ticket {
    const startedAt = performance.now();
    let isOver = false;
    this.#running++;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      this.#running--;
      this.#averageSeconds += ((performance.now() - startedAt) / 1000 - this.#averageSeconds) / 8;
      if (this.#running < this.#options.atOnce) this.#waiting.shift()?.begin();
    };
    return { turn: Promise.resolve(), leave };
  }

  #full(): ApiProblem {
    const seconds = Math.ceil((this.#averageSeconds * (this.waiting + 1)) / this.#options.atOnce);
    return new ApiProblem(429, "Too many requests wait for an answer already.", {
      code: "queue_full",
      retryAfterSeconds: Math.min(Math.max(seconds, shortestWaitSeconds), longestWaitSeconds),
    });
  }
}

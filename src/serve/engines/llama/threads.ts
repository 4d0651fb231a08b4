import os from "node:os";
import { setTimeout } from "node:timers/promises";

/** What the processors did up to a moment. */
interface Usage {
  idleMs: number;
  ownMs: number;
  atMs: number;
}

/** How often it is looked at again how many threads are of use. */
const intervalMs = 5_000;

/** Shorter samples count too few of the system's ticks. */
const shortestSampleMs = 200;

/** A core that is a quarter in use counts as idle. */
const tolerance = 0.25;

/**
 * Says how many threads to compute with: as many as there are idle cores.
 *
 * llama.cpp's threads wait for each other in a loop at each of some 300 steps a token. One that has no core of its own
 * stops all of them: on two busy cores two threads made 0.4 tokens a second, and one made 8.
 */
export class ThreadWatch {
  readonly #most: number;
  #before = usage();
  #use: (threads: number) => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  /** @param most As many as ever are of use on this machine. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Calls `use` with what was idle since this was made, and again whenever that changes. */
  async start(use: (threads: number) => void): Promise<void> {
    const missingMs = shortestSampleMs - (performance.now() - this.#before.atMs);
    if (missingMs > 0) await setTimeout(missingMs);
    this.#use = use;
    this.#lookAgain();
    this.#timer = setInterval(() => this.#lookAgain(), intervalMs).unref();
  }

  /** So many from now on, whatever is idle. */
  fix(threads: number): void {
    this.stop();
    this.#use(threads);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #lookAgain(): void {
    const now = usage();
    this.#use(threadsFor(idleCores(this.#before, now), this.#most));
    this.#before = now;
  }
}

/** As many threads as idle cores, but at least one. */
export function threadsFor(idle: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(idle + tolerance)));
}

/** Cores that nobody but this process used. */
export function idleCores(before: Usage, now: Usage): number {
  const idleMs = now.idleMs - before.idleMs + now.ownMs - before.ownMs;
  return idleMs / (now.atMs - before.atMs);
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return {
    idleMs: os.cpus().reduce((sum, { times }) => sum + times.idle, 0),
    ownMs: (user + system) / 1000,
    atMs: performance.now(),
  };
}

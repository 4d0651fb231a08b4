import { type Clock, monotonicClock } from "./clock.ts";
import type { Timing } from "./timing.ts";

/** Bubbles of an answer, in time: each is said when it is due, unless somebody wrote meanwhile. */
export interface Pace {
  /** Raised when somebody writes, for the answer to be thought over: what was said stays said. */
  readonly signal: AbortSignal;
  /** Resolves once the first bubble is due, wherever it is: whoever still seeks words is seen typing. */
  readonly late: Promise<void>;
  /**
   * Waits until a bubble is due. `onTyping` is called when the persona is to be seen typing it.
   *
   * @returns False where the rest of the answer is to be left unsaid.
   */
  untilDue(bubble: string, onTyping?: () => void): Promise<boolean>;
}

interface ExchangeOptions {
  /** Asked anew at each message and answer: another run may have come to answer. */
  timing: () => Timing;
  /** Answers all that was heard so far. */
  answer: (pace: Pace) => Promise<void>;
  /** Told what `answer` throws. */
  onError: (error: unknown) => void;
  clock?: Clock;
  /** The time on the wall: people answer at other speeds at night. */
  wallTime?: () => Date;
}

/**
 * Once an answer is due, it is thought over so often at most, and then given as of what was heard when it was begun: in a
 * busy group, somebody always writes. Before that, nobody waits for it yet.
 */
const mostReconsiderations = 3;
/** Nor is the end of a burst waited for longer than this after its first message. */
const longestBurstMs = 120_000;
/** Whoever goes on writing puts off what they wait for, by so much at most. */
const longestPostponementMs = 60_000;
/** Whoever is seen typing is given so long to send it. */
const typingLastsMs = 10_000;

/**
 * The give and take of one conversation: hears messages, says when to answer, and has an answer thought over when somebody
 * writes while it is being given.
 *
 *     hear ─▶ wait for the end of the burst ─▶ answer ─▶ nothing to answer
 *                         ▲                       │
 *                         └── abort it ◀── hear ──┘
 */
export class Exchange {
  readonly #options: Required<ExchangeOptions>;
  /** What was heard and not answered; undefined where there is nothing. */
  #burst: Burst | undefined;
  #callOffWait = () => {};
  #answering: Answering | undefined;
  #reconsiderations = 0;
  /** When somebody last wrote, the persona included. */
  #lastAt: number | undefined;
  #isStopped = false;

  constructor(options: ExchangeOptions) {
    this.#options = { clock: monotonicClock, wallTime: () => new Date(), ...options };
  }

  /** Somebody wrote what is to be answered. */
  hear(words: string): void {
    const { clock, timing, wallTime } = this.#options;
    const now = clock.now();
    const unsaid = this.#interrupt();
    const { startedAt, silenceMs, latestDueAt } = this.#burst ??
      unsaid ?? { startedAt: now, silenceMs: this.#silenceUntil(now) };
    const endsAt = now + timing().burstWaitMs({ characters: [...words].length });
    this.#burst = { startedAt, silenceMs, lastAt: now, wroteAt: wallTime(), endsAt, latestDueAt };
    this.#lastAt = now;
    this.#wait();
  }

  /** Somebody asks for an answer to what was heard, at once. */
  answerNow(): void {
    const { clock, wallTime } = this.#options;
    const now = clock.now();
    this.#interrupt();
    this.#burst = {
      startedAt: now,
      lastAt: now,
      wroteAt: wallTime(),
      endsAt: now,
      silenceMs: 0,
      isUrgent: true,
    };
    this.#wait();
  }

  /** Whether anything is being answered, or is about to be. */
  get isBusy(): boolean {
    return this.#burst !== undefined || this.#answering !== undefined;
  }

  /** Somebody is seen typing: what they are about to send belongs to their burst. */
  noticeTyping(): void {
    if (this.#burst === undefined) return;
    this.#burst.endsAt = Math.max(this.#burst.endsAt, this.#options.clock.now() + typingLastsMs);
    this.#wait();
  }

  /** Falls silent for good, in the middle of an answer too. */
  stop(): void {
    this.#isStopped = true;
    this.#callOffWait();
    this.#answering?.controller.abort();
  }

  #silenceUntil(now: number): number | undefined {
    return this.#lastAt === undefined ? undefined : now - this.#lastAt;
  }

  /** Has an answer thought over; returns what it was to answer, where nothing of it is said yet. */
  #interrupt(): Burst | undefined {
    const answering = this.#answering;
    if (answering === undefined || answering.controller.signal.aborted) return undefined;
    const { burst, dueAt, controller, hasSpoken } = answering;
    if (hasSpoken() || this.#options.clock.now() >= dueAt) {
      if (this.#reconsiderations >= mostReconsiderations) return undefined;
      this.#reconsiderations++;
    }
    controller.abort();
    return hasSpoken() ? undefined : burst;
  }

  /** Waits for the end of the burst, and of the answer before. */
  #wait(): void {
    this.#callOffWait();
    if (this.#burst === undefined || this.#answering !== undefined || this.#isStopped) return;
    const { startedAt, endsAt, latestDueAt = startedAt + longestBurstMs } = this.#burst;
    const { clock } = this.#options;
    const waitMs = Math.min(endsAt, latestDueAt) - clock.now();
    this.#callOffWait = clock.after(Math.max(0, waitMs), () => this.#startAnswer());
  }

  #startAnswer(): void {
    const burst = this.#burst;
    if (burst === undefined) return;
    const { clock, answer, onError } = this.#options;
    const timing = this.#options.timing();
    const controller = new AbortController();
    const { signal } = controller;
    this.#burst = undefined;
    const { wroteAt: at, silenceMs } = burst;
    const drawnAt = burst.lastAt + (burst.isUrgent ? 0 : timing.replyDelayMs({ at, silenceMs }));
    const { latestDueAt = drawnAt + longestPostponementMs } = burst;
    const dueAt = Math.min(drawnAt, latestDueAt);
    const { pace, hasSpoken } = paceOf({ timing, clock, dueAt, signal });
    this.#answering = { burst: { ...burst, latestDueAt }, dueAt, controller, hasSpoken };
    answer(pace)
      .catch((error) => {
        // Whoever gives up because the answer is thought over has not failed.
        if (error !== signal.reason) onError(error);
      })
      .then(() => this.#endAnswer(controller));
  }

  #endAnswer(answering: AbortController): void {
    if (!answering.signal.aborted) this.#reconsiderations = 0;
    // Where nothing was said, its first bubble is still waited for, by a timer that keeps the process alive.
    answering.abort();
    this.#answering = undefined;
    this.#lastAt = this.#options.clock.now();
    this.#wait();
  }
}

/** An answer that is being given. */
interface Answering {
  /** What it answers. */
  burst: Burst;
  dueAt: number;
  controller: AbortController;
  /** Whether any of it is said. */
  hasSpoken(): boolean;
}

/** Messages that are not answered yet; times by the exchange's own clock, but for `wroteAt`. */
interface Burst {
  startedAt: number;
  lastAt: number;
  wroteAt: Date;
  /** When it will be over, unless somebody writes. */
  endsAt: number;
  silenceMs: number | undefined;
  /** Where an answer to its first messages was begun already: when one is due at the latest. */
  latestDueAt?: number | undefined;
  /** True where the answer is due as soon as it is there. */
  isUrgent?: true;
}

function paceOf({
  timing,
  clock,
  dueAt,
  signal,
}: {
  timing: Timing;
  clock: Clock;
  /** When the first bubble is due. */
  dueAt: number;
  signal: AbortSignal;
}): { pace: Pace; hasSpoken: () => boolean } {
  let saidAt: number | undefined;
  const pace: Pace = {
    signal,
    late: passTime(clock, dueAt - clock.now(), signal),
    async untilDue(bubble, onTyping = () => {}) {
      const characters = [...bubble].length;
      const at = saidAt === undefined ? dueAt : saidAt + timing.bubbleGapMs(characters);
      await passTime(clock, at - timing.typingMs(characters) - clock.now(), signal);
      if (!signal.aborted) onTyping();
      await passTime(clock, at - clock.now(), signal);
      if (signal.aborted) return false;
      saidAt = clock.now();
      return true;
    },
  };
  return { pace, hasSpoken: () => saidAt !== undefined };
}

/** Resolves after so many milliseconds, or as soon as the signal is raised. */
function passTime(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const callOff = clock.after(milliseconds, done);
    function done() {
      callOff();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

import { UserError } from "../../../errors.ts";
import type { Turn } from "../../../handoffs/index.ts";
import {
  Exchange,
  type Memory,
  type Pace,
  type Persona,
  ReplyFigures,
  type ReplyOutcome,
  type Timing,
  unusualIn,
} from "../../../serve/index.ts";
import { Answers, asTheirs, type Shown } from "./answers.ts";
import { whoTypes } from "./chat-presence.ts";
import { DrawnAnswer } from "./drawn-answer.ts";
import { DrawnAnswers } from "./drawn-answers.ts";

/** Where a conversation is shown. */
interface View {
  /** What may still change, in place of what was shown so before. */
  show(parts: Shown[]): void;
  /** What is over. */
  print(parts: Shown[]): void;
}

export interface TalkOptions {
  persona: Persona;
  memory: Memory;
  /** Who talks to the persona: a label that it knows. */
  label(): string;
  seed: number | undefined;
  patience: number;
  timingFor(patience: number): Timing;
  view: View;
  /** @param error What went wrong, where something did. */
  leave(error?: unknown): void;
}

/** Seeds from one answer to the next: a reply draws its candidates by those in between. */
const seedStep = 100;
/** Lines that are pasted come within this time. */
const pasteMs = 30;

/**
 * A conversation in a terminal: what is said is answered, and both are shown.
 *
 * The last answer can be exchanged for another one until something is said to it, so only then it is remembered.
 */
export class Talk {
  readonly #options: TalkOptions;
  readonly #memory: Memory;
  readonly #figures = new ReplyFigures();
  readonly answers = new Answers();
  /** Answers are drawn by chance where there is none. */
  seed: number | undefined;
  /** Said while an answer was drawn. */
  #waiting: string[] = [];
  #drawn: DrawnAnswer | DrawnAnswers | undefined;
  /** Answers to what was said last that were begun, whatever came of them: each has a seed of its own. */
  #begun = 0;
  /** Says when to answer; absent where that is at once. */
  #exchange: Exchange | undefined;
  #work: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: TalkOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.#memory = options.memory;
    this.#exchange = this.#exchangeWith(options.patience);
  }

  /** Who is talked to. */
  get name(): string {
    return this.#options.persona.name;
  }

  /** What was said before the answer that is shown. */
  get context(): Turn[] {
    return this.#memory.turns;
  }

  /** Lines about the model, and what its replies took. */
  get figures(): string[] {
    const { about, engine } = this.#options.persona;
    return [`${about}; ${engine}.`, ...this.#figures.describe()];
  }

  /** Says something to the persona. While it answers, it hears: all that was said meanwhile is answered as one burst. */
  say(line: string): void {
    if (line.trim() === "") return;
    this.#waiting.push(line);
    this.refresh();
    if (this.#exchange !== undefined) this.#exchange.hear(line);
    else this.#answerWaiting();
  }

  /** Does one thing after the other: whoever asks for another one meanwhile is told to wait. */
  do(task: () => Promise<void>): void {
    if (this.#work !== undefined) {
      this.remark("One moment: wait for the end of the answer, or stop it with Ctrl-C.");
      return;
    }
    this.#work = task()
      .catch((error) => {
        if (error instanceof UserError) this.remark(`${error.message} ${error.fix}`);
        else this.#options.leave(error);
      })
      .finally(() => {
        this.#work = undefined;
        this.refresh();
        this.#answerWaiting();
      });
  }

  /** Settles when all that was asked for is done. */
  async settled(): Promise<void> {
    while (this.#work !== undefined) await this.#work;
  }

  /** Stops what is being drawn. @returns False where nothing is. */
  stop(): boolean {
    this.#drawn?.stop();
    return this.#work !== undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#exchange?.stop();
    this.stop();
  }

  leave(): void {
    this.#options.leave();
  }

  /** Goes to the answer before or after the one that is shown. */
  turnTo(step: -1 | 1): void {
    if (this.#work !== undefined) return;
    this.answers.turn(step);
    this.refresh();
  }

  /** Draws until there are so many answers to what was said last. */
  async drawUpTo(count: number): Promise<void> {
    if (this.#memory.turns.at(-1)?.isPersona !== false) {
      this.remark("There is nothing to answer: say something first.");
      return;
    }
    while (this.answers.count < count) {
      const before = this.answers.count;
      const missing = count - before;
      const isStopped = this.answers.areListed ? await this.#drawTogether(missing) : await this.#draw();
      if (isStopped || this.answers.count === before) return;
    }
  }

  /** Forgets all that was said. */
  reset(): void {
    this.#waiting = [];
    this.#settle();
    this.#memory.reset();
    this.#options.persona.forget(this.#memory.id);
  }

  setPatience(patience: number): void {
    this.#exchange?.stop();
    this.#exchange = this.#exchangeWith(patience);
    // What the exchange before has heard is answered all the same.
    for (const line of this.#waiting) this.#exchange?.hear(line);
    this.#answerWaiting();
  }

  /** Tells the person something that nobody has said. */
  remark(...lines: string[]): void {
    this.#options.view.print(lines.map((text) => ({ side: "aside", text })));
  }

  /** Shows again what may still change. */
  refresh(): void {
    this.#options.view.show([...this.#changing()]);
  }

  #exchangeWith(patience: number): Exchange | undefined {
    if (patience === 0) return undefined;
    return new Exchange({
      timing: () => this.#options.timingFor(patience),
      answer: async (pace) => {
        await this.settled();
        if (pace.signal.aborted) return;
        this.do(() => this.#answer(pace));
        await this.settled();
      },
      onError: (error) => this.#options.leave(error),
    });
  }

  /** Where answers come at once, begins to answer what was said while something else was done. */
  #answerWaiting(): void {
    if (this.#work !== undefined || this.#exchange !== undefined || this.#waiting.length === 0) return;
    if (!this.#isClosed) this.do(() => this.#answerAll());
  }

  async #answerAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, pasteMs));
      if (this.#isClosed) return;
      await this.#answer();
    }
  }

  /** Answers all that was said, as one burst. */
  async #answer(pace?: Pace): Promise<void> {
    this.#settle();
    const burst = this.#waiting.splice(0);
    if (burst.length === 0) return;
    const isHeard = burst
      .map((words) => this.#memory.hear(this.#options.label(), words, whoTypes))
      .includes(true);
    this.#options.view.print(burst.map((text) => ({ side: "own", text })));
    if (isHeard) await this.#draw(pace);
    else this.remark(`${this.name} would see nothing of that.`);
  }

  /** From now on, the answer that is shown is what was said. */
  #settle(): void {
    for (const bubble of this.answers.shown) this.#memory.say(bubble);
    this.#options.view.print(asTheirs(this.answers.shown));
    this.answers.clear();
    this.#begun = 0;
  }

  /**
   * Draws one more answer to what was said last; with a pace, each bubble is shown when it is due.
   *
   * @returns Whether somebody has stopped it.
   */
  async #draw(pace?: Pace): Promise<boolean> {
    const drawn = new DrawnAnswer(pace, () => this.refresh());
    const { persona } = this.#options;
    await this.#follow(drawn, () =>
      drawn.follow(persona.reply(this.#memory, { seed: this.#nextSeed(), signal: drawn.signal })),
    );
    this.answers.add(drawn.bubbles);
    return drawn.isStopped;
  }

  /** Draws several more, whose list grows as they do. @returns Whether somebody has stopped them. */
  async #drawTogether(count: number): Promise<boolean> {
    const drawn = new DrawnAnswers(count, () => this.refresh());
    const { persona } = this.#options;
    const seeds = Array.from({ length: count }, () => this.#nextSeed());
    await this.#follow(drawn, () =>
      drawn.follow(persona.replies(this.#memory, { seeds, signal: drawn.signal })),
    );
    for (const bubbles of drawn.answers) this.answers.add(bubbles);
    return drawn.signal.aborted;
  }

  async #follow(
    drawn: DrawnAnswer | DrawnAnswers,
    draw: () => Promise<ReplyOutcome | undefined>,
  ): Promise<void> {
    this.#drawn = drawn;
    this.refresh();
    try {
      const outcome = await draw();
      if (outcome !== undefined) this.#note(outcome);
    } finally {
      this.#drawn = undefined;
    }
  }

  #nextSeed(): number {
    const step = seedStep * this.#begun++;
    return this.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : this.seed + step;
  }

  #note(outcome: ReplyOutcome): void {
    this.#figures.add(outcome);
    const unusual = unusualIn(outcome, this.name);
    if (unusual !== undefined) this.remark(unusual);
  }

  *#changing(): Generator<Shown> {
    // One that is drawn takes the place of the one that was shown; several are listed below it.
    if (!(this.#drawn instanceof DrawnAnswer)) yield* this.answers.parts(this.#work === undefined);
    if (this.#drawn !== undefined) yield* this.#drawn.parts(this.name);
    for (const text of this.#waiting) yield { side: "own", text };
  }
}

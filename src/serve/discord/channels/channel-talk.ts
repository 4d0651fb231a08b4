import type { Message } from "discord.js";
import { Exchange, type Pace } from "../../replies/index.ts";

interface Awaiting {
  message: Message;
  /** Whether it speaks to the persona itself. */
  isAddressed: boolean;
}

/** What is to be answered now. */
interface Occasion {
  /** What is answered: the newest message of whoever spoke to it, or of all; undefined where there is none yet. */
  message: Message | undefined;
  isAddressed: boolean;
  /** Whether a command asked for an answer: there is one then, in words. */
  isAsked: boolean;
  /** Whether it was seen typing, and has not said it: whoever is seen so is waited for. */
  isAwaited: boolean;
  pace: Pace;
}

/** Where every answer fails, more than this would be forgotten anyway. */
const mostUnanswered = 100;

type Answering = Pick<ConstructorParameters<typeof Exchange>[0], "timing" | "answer" | "onError">;

/** One conversation, as far as what is to be answered in it goes. */
export class ChannelTalk {
  readonly id: string;
  /** The Discord channel that it is in. */
  readonly channel: string;
  /** Settles once the message that is being sent is remembered: what friends write to it is heard after it. */
  said: Promise<void> = Promise.resolve();
  /** What somebody wrote last; undefined before that. */
  newest: Message | undefined;
  /** Whether the persona was seen typing, and has not said what it typed. */
  isSeenTyping = false;
  /** Messages that are to be answered, by their ids. */
  unanswered: ReadonlyMap<string, Awaiting> = new Map();
  readonly #exchange: Exchange;
  #isAsked = false;

  constructor(id: string, channel: string, options: Answering) {
    this.id = id;
    this.channel = channel;
    this.#exchange = new Exchange(options);
  }

  /** Whether anything is being answered, or is about to be. */
  get isBusy(): boolean {
    return this.#exchange.isBusy;
  }

  /** Whether somebody has called the persona by another message than this one, and waits for the answer. */
  isCalledBy(user: string, otherThan: string): boolean {
    return [...this.unanswered].some(
      ([id, { message, isAddressed }]) => isAddressed && message.author.id === user && id !== otherThan,
    );
  }

  /** A message is answered once its writer's burst is over. */
  awaitAnswer(message: Message, { words, isAddressed }: { words: string; isAddressed: boolean }): void {
    this.newest = message;
    const all = [...this.unanswered, [message.id, { message, isAddressed }] as const];
    this.unanswered = new Map(all.slice(-mostUnanswered));
    this.#exchange.hear(words);
  }

  /** Goes on from where another stopped: what it has not answered is answered here. */
  takeOver({ unanswered }: ChannelTalk): void {
    this.unanswered = new Map([...unanswered, ...this.unanswered]);
    this.newest ??= [...unanswered.values()].at(-1)?.message;
    this.#exchange.hear("");
  }

  answerNow(): void {
    this.#isAsked = true;
    this.#exchange.answerNow();
  }

  noticeTyping(user: string): void {
    const isTheirs = [...this.unanswered.values()].some(({ message }) => message.author.id === user);
    if (isTheirs) this.#exchange.noticeTyping();
  }

  reconsider(message: string): void {
    if (this.unanswered.has(message)) this.#exchange.hear("");
  }

  /** Whether any such message was to be answered; they are not any more. */
  withdraw(isGone: (message: Message) => boolean): boolean {
    const left = new Map([...this.unanswered].filter(([, { message }]) => !isGone(message)));
    const isAny = left.size < this.unanswered.size;
    this.unanswered = left;
    return isAny;
  }

  /** Falls silent for good. */
  stop(): void {
    this.#exchange.stop();
  }

  /** Has what was heard so far answered; what comes meanwhile is for the next answer, and so is what this one leaves. */
  async answer(
    pace: Pace,
    answerTo: (occasion: Occasion) => Promise<void>,
    onSettled: (messages: ReadonlySet<string>) => void,
  ): Promise<void> {
    if (pace.signal.aborted) return;
    const taken = this.unanswered;
    const asked = { isAsked: this.#isAsked, isAwaited: this.isSeenTyping };
    this.#isAsked = false;
    const isAddressed = [...taken.values()].some((each) => each.isAddressed);
    try {
      await answerTo({ message: this.#messageToAnswer(), isAddressed, ...asked, pace });
    } catch (error) {
      // Whoever gives up because the answer is thought over has not failed.
      if (!pace.signal.aborted || (error as Error).name !== "AbortError") throw error;
    }
    if (pace.signal.aborted) {
      this.#isAsked ||= asked.isAsked;
      return;
    }
    this.isSeenTyping = false;
    onSettled(new Set(taken.keys()));
    this.unanswered = new Map([...this.unanswered].filter(([id]) => !taken.has(id)));
  }

  #messageToAnswer(): Message | undefined {
    const awaiting = [...this.unanswered.values()];
    const caller = awaiting.findLast(({ isAddressed }) => isAddressed)?.message.author.id;
    return awaiting.findLast(({ message }) => message.author.id === caller)?.message ?? this.newest;
  }
}

import { setTimeout as pass } from "node:timers/promises";
import type { Client, Message } from "discord.js";
import type { Logger } from "pino";
import type { Memory, Remembered } from "../../memory/index.ts";
import type { Pace } from "../../replies/index.ts";
import { FailureLog } from "../failures.ts";
import { type Heard, type Quoted, quote, remember } from "../heard.ts";
import { branchesOf } from "../places.ts";
import type { Rules } from "../rules/index.ts";
import { talksIn, talkWith } from "../talks.ts";
import type { Cast, Webhooks } from "../voices/index.ts";
import { ChannelTalk } from "./channel-talk.ts";
import { Responder, sendableIn } from "./responder.ts";

interface ChannelsOptions {
  cast: Cast;
  webhooks: Webhooks;
  rules: Rules;
  client: Client;
  log: Logger;
  /** Tells the owner where they look; called once about each channel. */
  tellOwner: (words: string) => void;
}

/** Conversations whose answers are kept in order; the one that was silent longest goes first. */
const maxTalks = 500;
/** What is being sent when the bot ends is given so long to arrive. */
const longestGoodbyeMs = 5000;

/** What is being answered in every channel, and in the branches of its talk: `CHANNEL/MESSAGE`. */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #talks = new Map<string, ChannelTalk>();
  /** The answer that each voice gives in a channel: two talks of one channel do not have it speak at the same time. */
  readonly #floors = new Map<string, Promise<void>>();
  readonly #failures: FailureLog;
  readonly #responder: Responder;
  #isClosed = false;

  constructor(options: ChannelsOptions) {
    this.#options = options;
    const isThere = (channel: string) => options.client.channels.cache.has(channel);
    this.#failures = new FailureLog({ ...options, isThere });
    const isCurrent = (talk: ChannelTalk) => this.#talks.get(talk.id) === talk;
    this.#responder = new Responder({ ...options, failures: this.#failures, isCurrent });
  }

  /** Hears a message, and answers it with what comes after it in the same burst, once the burst is over; resolves when it is heard. */
  hear(heard: Heard): Promise<void> {
    const { message, conversation, isToAnswer, isLeft } = heard;
    const { cast, rules } = this.#options;
    const { persona, memories } = cast.in(message.channelId);
    const talk = this.#talkOf(conversation, message.channelId);
    return talk.said
      .then(() => {
        if (this.#talks.get(conversation) !== talk) return;
        // Whoever wrote it may have asked to be forgotten meanwhile.
        if (!rules.mayKeep(message)) return;
        const memory = memories.get(conversation);
        const isNews = remember(memory, heard, persona.name);
        if (isLeft) memory.settle(new Set([message.id]));
        else if (isNews && isToAnswer) talk.awaitAnswer(message, heard);
      })
      .catch((error) => this.#failures.add(talk, error));
  }

  /** Resolves once what is being sent in a channel is remembered. */
  async settled(channel: string): Promise<void> {
    await Promise.all(this.#talksIn(channel).map(({ said }) => said));
  }

  /** Remembers an earlier message of a channel. */
  quote(channel: string, quoted: Quoted): void {
    quote(this.#options.cast.in(channel).memories.get(channel), quoted);
  }

  /** Somebody is seen typing: they go on with their burst. */
  noticeTyping(channel: string, user: string): void {
    for (const talk of this.#talksIn(channel)) talk.noticeTyping(user);
  }

  /** A message of a conversation was changed: an answer to it that is being given is thought over. */
  reconsider(conversation: string, message: string): void {
    this.#talks.get(conversation)?.reconsider(message);
  }

  /** Somebody calls the persona by changing a message that it has heard, and has not spoken since. */
  call({ id, lastHeard }: Memory, message: Message): void {
    if (!lastHeard.some((bubble) => bubble.message === message.id)) return;
    this.#talkOf(id, message.channelId).awaitAnswer(message, { words: "", isAddressed: true });
  }

  /** The conversation in which the writer of a message has called the persona before, and is not answered yet. */
  calledBy({ id, author, channelId }: Message): string | undefined {
    return this.#talksIn(channelId).find((talk) => talk.isCalledBy(author.id, id))?.id;
  }

  /** Whether a message is to be answered. */
  isUnanswered(conversation: string, message: string): boolean {
    return this.#talks.get(conversation)?.unanswered.has(message) ?? false;
  }

  /**
   * Takes the last answer in a channel back, or the one that a message belongs to, and gives another one; false where
   * nothing was said, or somebody has spoken since.
   */
  async regenerate(channel: string, message?: string): Promise<boolean> {
    await this.settled(channel);
    const memory = message === undefined ? this.lastTalk(channel) : this.memoryWith(message, channel);
    const said = memory?.lastSaid ?? [];
    const isLast = message === undefined || said.some((bubble) => bubble.message === message);
    if (memory === undefined || said.length === 0 || !isLast) return false;
    const talk = this.#startOver(memory.id, channel);
    await this.#erase(memory.takeBack(), channel);
    talk.answerNow();
    return true;
  }

  /** Where somebody spoke last: in a channel's main talk, or in a branch of it. */
  lastTalk(channel: string): Memory {
    const talks = talksIn(channel, this.#options.cast.in(channel).memories);
    return talks.reduce((last, memory) => (newestAt(memory) > newestAt(last) ? memory : last));
  }

  /** The talk that a message belongs to; undefined where it is not remembered. */
  memoryWith(message: string, channel: string): Memory | undefined {
    return talkWith(message, channel, this.#options.cast.in(channel).memories);
  }

  /** Forgets messages of a channel, and leaves unsaid what is being answered to them; returns how many bubbles that were. */
  async forgetMessages(messages: ReadonlySet<string>, channel: string): Promise<number> {
    const goOn = this.#withdraw(this.#talksIn(channel), ({ id }) => messages.has(id));
    let forgotten = 0;
    for (const { memories } of this.#options.cast.voices)
      forgotten += await memories.forgetMessages(messages);
    goOn();
    return forgotten;
  }

  /** Forgets one message, which stays where it is on Discord. */
  async forgetMessage(message: string, channel: string): Promise<number> {
    await this.#options.rules.people.forget(message, message);
    return this.forgetMessages(new Set([message]), channel);
  }

  /** Says more without being spoken to; false where nothing was said yet. */
  async goOn(channel: string): Promise<boolean> {
    const memory = this.lastTalk(channel);
    if (memory.turns.length === 0) return false;
    this.#startOver(memory.id, channel).answerNow();
    return true;
  }

  /** Leaves unsaid what is being drawn or sent in a channel; false where nothing is. */
  stop(channel: string): boolean {
    const talks = this.#talksIn(channel);
    const isAnswering = talks.some(({ isBusy }) => isBusy);
    for (const talk of talks) {
      this.#settle(talk, new Set(talk.unanswered.keys()));
      this.#leave(talk.id);
    }
    return isAnswering;
  }

  /** Forgets what was said in a channel up to a message or command there, and falls silent. */
  async reset(channel: string, upTo?: string): Promise<void> {
    const { cast, rules } = this.#options;
    if (upTo !== undefined) await rules.people.forget(channel, upTo);
    for (const { id } of this.#talksIn(channel)) this.#leave(id);
    for (const { memories } of cast.voices) {
      const isHere = (id: string) => id === channel || id.startsWith(branchesOf(channel));
      for (const id of [channel, ...(await memories.ids()).filter(isHere)]) await memories.reset(id);
    }
  }

  /** Forgets what a person said in any channel up to a command of theirs; returns how many bubbles that were. */
  async forgetPerson(id: string, upTo: string): Promise<number> {
    const { cast, rules } = this.#options;
    await rules.people.forget(id, upTo);
    const goOn = this.#withdraw([...this.#talks.values()], ({ author }) => author.id === id, id);
    let forgotten = 0;
    // The bot's own voice goes last: it forgets in the files of all.
    for (const { memories } of cast.voices.toReversed()) forgotten += await memories.forgetPerson(id);
    goOn();
    return forgotten;
  }

  /** How long what is said in a channel is kept; 0 where a restart forgets it. */
  get keepDays(): number {
    return this.#options.cast.own.memories.keepDays;
  }

  /** Leaves unsaid what is being drawn or sent anywhere. */
  stopAll(): void {
    for (const id of [...this.#talks.keys()]) this.#leave(id);
  }

  /** Falls silent everywhere, once what is on its way has arrived. */
  async close(): Promise<void> {
    const sending = [...this.#talks.values()].map(({ said }) => said);
    this.#isClosed = true;
    this.stopAll();
    await Promise.race([Promise.all(sending), pass(longestGoodbyeMs, undefined, { ref: false })]);
  }

  /**
   * Leaves unsaid what is being answered to messages that are gone; what is returned has the other ones answered.
   *
   * @param person Nor is anything said that was drawn from what they said.
   */
  #withdraw(talks: ChannelTalk[], isGone: (message: Message) => boolean, person?: string): () => void {
    const { cast } = this.#options;
    const knows = ({ id, channel, isBusy }: ChannelTalk) =>
      person !== undefined && isBusy && cast.in(channel).memories.get(id).knows(person);
    const withdrawn = talks.filter((talk) => talk.withdraw(isGone) || knows(talk));
    for (const { id } of withdrawn) this.#leave(id);
    return () => {
      for (const talk of withdrawn)
        if (talk.unanswered.size > 0) this.#talkOf(talk.id, talk.channel).takeOver(talk);
    };
  }

  #settle({ id, channel }: ChannelTalk, messages: ReadonlySet<string>): void {
    this.#options.cast.in(channel).memories.get(id).settle(messages);
  }

  #talksIn(channel: string): ChannelTalk[] {
    return [...this.#talks.values()].filter((talk) => talk.channel === channel);
  }

  #talkOf(id: string, channel: string): ChannelTalk {
    const talk = this.#talks.get(id) ?? this.#enter(id, channel);
    this.#talks.delete(id);
    if (this.#isClosed) return talk;
    this.#talks.set(id, talk);
    const [oldest] = this.#talks.keys();
    if (this.#talks.size > maxTalks && oldest !== undefined) this.#leave(oldest);
    return talk;
  }

  #enter(id: string, channel: string): ChannelTalk {
    const talk: ChannelTalk = new ChannelTalk(id, channel, {
      timing: () => this.#options.cast.in(channel).manners().timing,
      answer: (pace) => this.#answer(talk, pace),
      onError: (error) => this.#failures.add(talk, error),
    });
    return talk;
  }

  #leave(id: string): void {
    this.#talks.get(id)?.stop();
    this.#talks.delete(id);
  }

  /** The talk as if nobody had been answered there; whoever wrote last is remembered. */
  #startOver(id: string, channel: string): ChannelTalk {
    const newest = this.#talks.get(id)?.newest;
    this.#leave(id);
    const talk = this.#talkOf(id, channel);
    talk.newest = newest;
    return talk;
  }

  /** Removes messages of the persona; who has removed them before is no failure. */
  async #erase(bubbles: Remembered[], channel: string): Promise<void> {
    const place = await sendableIn(this.#options.client, channel);
    const messages = new Set(bubbles.flatMap(({ message }) => message ?? []));
    for (const message of messages) {
      const isTaken = await this.#options.webhooks.takeBack(message).catch(() => true);
      if (!isTaken) await place?.messages.delete(message).catch(() => {});
    }
  }

  async #answer(talk: ChannelTalk, pace: Pace): Promise<void> {
    // Whoever is chosen to speak does not wait until the engine of the voice before has given up.
    const floor = `${talk.channel} ${this.#options.cast.keyIn(talk.channel)}`;
    const before = this.#floors.get(floor) ?? Promise.resolve();
    const answering = before.then(() =>
      talk.answer(
        pace,
        (occasion) => this.#responder.answerTo(talk, occasion),
        (messages) => this.#settle(talk, messages),
      ),
    );
    const over = answering.catch(() => {});
    this.#floors.set(floor, over);
    try {
      await answering;
    } finally {
      if (this.#floors.get(floor) === over) this.#floors.delete(floor);
    }
  }
}

function newestAt({ newest }: Memory): number {
  return newest?.at ?? 0;
}

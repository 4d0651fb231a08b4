import type { Client, Message, SendableChannels } from "discord.js";
import type { Logger } from "pino";
import type { Memory, Remembered } from "../memory/index.ts";
import { Exchange, type Pace, type ReplyOutcome, readAhead } from "../replies/index.ts";
import { isAddressed } from "./addressing.ts";
import type { Rules } from "./rules/index.ts";
import { speakerIn } from "./speaking.ts";
import type { Cast } from "./voices/index.ts";

interface Channel {
  id: string;
  exchange: Exchange;
  /** The newest message that is to be answered; undefined before the first. */
  newest: Message | undefined;
  /** Settles once the bubble that is being sent is remembered: what friends write to it is heard after it. */
  said: Promise<void>;
  /** Whether any message that no answer was given to speaks to the persona itself. */
  isAddressed: boolean;
  /** Whether somebody asked for an answer by a command: there is one then, in words. */
  isAsked: boolean;
}

interface Answering {
  channel: Channel;
  isAddressed: boolean;
  isAsked: boolean;
  pace: Pace;
}

/** Channels whose answers are kept in order; the one that was silent longest goes first. */
const maxChannels = 500;

interface ChannelsOptions {
  cast: Cast;
  rules: Rules;
  client: Client;
  log: Logger;
}

/** What is being answered in every channel. */
export class Channels {
  readonly #cast: Cast;
  readonly #rules: Rules;
  readonly #client: Client;
  readonly #log: Logger;
  readonly #channels = new Map<string, Channel>();

  constructor({ cast, rules, client, log }: ChannelsOptions) {
    this.#cast = cast;
    this.#rules = rules;
    this.#client = client;
    this.#log = log;
  }

  /** Answers a message, and what comes after it in the same burst, once the burst is over. */
  answer(message: Message, speaker: string, words: string): void {
    const channel = this.#channelOf(message.channelId);
    channel.said
      .then(() => {
        if (this.#channels.get(channel.id) !== channel) return;
        const { author, id } = message;
        if (!this.#memoryOf(channel.id).hear(speaker, words, author.id, id)) return;
        channel.newest = message;
        channel.isAddressed ||= isAddressed(message);
        channel.exchange.hear(words);
      })
      .catch((error) => this.#logFailure(channel.id, error));
  }

  /** Takes the last answer back, and gives another one; false where nothing was said. */
  async regenerate(id: string): Promise<boolean> {
    const channel = this.#startOver(id);
    const taken = this.#memoryOf(id).takeBack();
    if (taken.length === 0) return false;
    await this.#erase(taken, id);
    this.#answerNow(channel);
    return true;
  }

  /** Whether a message belongs to what the persona said last, and nobody has spoken since. */
  isOfLastAnswer(id: string, message: string): boolean {
    return this.#memoryOf(id).lastSaid.some((bubble) => bubble.message === message);
  }

  /** Says more without being spoken to; false where nothing was said yet. */
  async goOn(id: string): Promise<boolean> {
    if (this.#memoryOf(id).turns.length === 0) return false;
    this.#answerNow(this.#startOver(id));
    return true;
  }

  /** Leaves unsaid what is being drawn or sent in a channel; false where nothing is. */
  stop(id: string): boolean {
    const isAnswering = this.#channels.get(id)?.exchange.isBusy ?? false;
    this.#leave(id);
    return isAnswering;
  }

  /** Forgets what was said in a channel, and falls silent there. */
  async reset(id: string): Promise<void> {
    this.#leave(id);
    const { persona, memories } = this.#cast.in(id);
    persona.forget(id);
    await memories.reset(id);
  }

  /** Forgets what a person said in any channel, and falls silent where they wrote last; returns how many bubbles that were. */
  async forgetPerson(id: string): Promise<number> {
    const { voices } = this.#cast;
    for (const channel of [...this.#channels.values()]) {
      if (channel.newest?.author.id === id) this.#leave(channel.id);
      // What is evaluated of a channel holds their words too.
      for (const { persona } of voices) persona.forget(channel.id);
    }
    let forgotten = 0;
    // The bot's own voice goes last: it forgets in the files of all.
    for (const { memories } of voices.toReversed()) forgotten += await memories.forgetPerson(id);
    return forgotten;
  }

  /** How long what is said in a channel is kept; 0 where a restart forgets it. */
  get keepDays(): number {
    return this.#cast.own.memories.keepDays;
  }

  /** Falls silent everywhere. */
  close(): void {
    for (const id of [...this.#channels.keys()]) this.#leave(id);
  }

  #channelOf(id: string): Channel {
    const channel = this.#channels.get(id) ?? this.#enter(id);
    this.#channels.delete(id);
    this.#channels.set(id, channel);
    const [oldest] = this.#channels.keys();
    if (this.#channels.size > maxChannels && oldest !== undefined) this.#leave(oldest);
    return channel;
  }

  #enter(id: string): Channel {
    const channel: Channel = {
      id,
      newest: undefined,
      said: Promise.resolve(),
      isAddressed: false,
      isAsked: false,
      exchange: new Exchange({
        timing: () => this.#cast.in(id).manners().timing,
        answer: (pace) => this.#answer(channel, pace),
        onError: (error) => this.#logFailure(id, error),
      }),
    };
    return channel;
  }

  /** The channel as if nobody had been answered there; whoever wrote last is remembered. */
  #startOver(id: string): Channel {
    const newest = this.#channels.get(id)?.newest;
    this.#leave(id);
    const channel = this.#channelOf(id);
    channel.newest = newest;
    return channel;
  }

  #answerNow(channel: Channel): void {
    channel.isAsked = true;
    channel.exchange.answerNow();
  }

  /** Removes messages of the persona; who has removed them before is no failure. */
  async #erase(bubbles: Remembered[], id: string): Promise<void> {
    const place = await this.#placeOf(id);
    const messages = new Set(bubbles.flatMap(({ message }) => message ?? []));
    for (const message of messages) await place?.messages.delete(message).catch(() => {});
  }

  async #placeOf(id: string): Promise<SendableChannels | undefined> {
    const place = await this.#client.channels.fetch(id);
    return place?.isSendable() ? place : undefined;
  }

  /** What whoever speaks in a channel remembers of it. */
  #memoryOf(id: string): Memory {
    return this.#cast.in(id).memories.get(id);
  }

  #leave(id: string): void {
    this.#channels.get(id)?.exchange.stop();
    this.#channels.delete(id);
  }

  async #answer(channel: Channel, pace: Pace): Promise<void> {
    const { isAddressed, isAsked } = channel;
    let isAnswered = false;
    // What is heard from now on is for the next answer.
    channel.isAddressed = false;
    channel.isAsked = false;
    try {
      await this.#answerTo(channel.newest, { channel, isAddressed, isAsked, pace });
      isAnswered = !pace.signal.aborted;
    } finally {
      channel.isAddressed ||= isAddressed && !isAnswered;
      channel.isAsked ||= isAsked && !isAnswered;
    }
  }

  async #answerTo(newest: Message | undefined, answering: Answering): Promise<void> {
    const { channel, isAddressed, isAsked, pace } = answering;
    const { id } = channel;
    const { persona, manners } = this.#cast.in(id);
    const { turns } = this.#memoryOf(id);
    if (newest === undefined || isAsked) return this.#reply(channel, undefined, pace);
    const decision = await manners().silence.decide({
      turns,
      isAddressed,
      talkativeness: this.#rules.talkativenessIn(newest.channel),
      chanceOfSpeaking: () => persona.chanceOfSpeaking(turns, { conversation: id, signal: pace.signal }),
    });
    if (pace.signal.aborted) return;
    if (decision.type === "silent") this.#log.info({ channel: id, why: decision.why }, "stayed silent");
    else if (decision.type === "react") await this.#react(channel, newest, decision.emoji, pace);
    else await this.#reply(channel, newest, pace);
  }

  async #react(channel: Channel, message: Message, emoji: string, pace: Pace): Promise<void> {
    if (!(await pace.untilDue(emoji))) return;
    await message.react(emoji);
    this.#log.info({ channel: channel.id }, "reacted");
  }

  async #reply(channel: Channel, message: Message | undefined, pace: Pace): Promise<void> {
    const startedAt = performance.now();
    const { persona, memories } = this.#cast.in(channel.id);
    const memory = memories.get(channel.id);
    const place = message?.channel ?? (await this.#placeOf(channel.id));
    if (place === undefined || !place.isSendable()) return;
    const speaker = speakerIn(place, message);
    let outcome: ReplyOutcome | undefined;
    let sent = 0;
    pace.late.then(() => {
      // Nobody is seen typing for as long as an admin takes to agree.
      if (!pace.signal.aborted && !this.#rules.needsConsent(message)) speaker.type();
    });
    try {
      const systemPrompt = this.#cast.promptIn(channel.id);
      const drawing = persona.reply(memory, { signal: pace.signal, systemPrompt });
      for await (const event of readAhead(
        this.#rules.released(drawing, { place, message, signal: pace.signal }),
      )) {
        if (event.type === "reply-end") outcome = event.outcome;
        if (event.type !== "bubble-end" || !(await pace.untilDue(event.bubble, speaker.type))) continue;
        const { bubble } = event;
        if (message !== undefined) await this.#rules.introduce(message.author.id, speaker.say);
        const said = speaker.say(bubble).then((id) => {
          // What was reset meanwhile stays forgotten.
          if (this.#channels.get(channel.id) === channel) memory.say(bubble, id);
        });
        channel.said = said.catch(() => {});
        await said;
        sent++;
      }
    } finally {
      speaker.stop();
    }
    const milliseconds = Math.round(performance.now() - startedAt);
    const word = pace.signal.aborted ? "thinks again" : wordFor(outcome);
    this.#log.info({ channel: channel.id, ...outcome, sent, milliseconds }, word);
  }

  #logFailure(channel: string, error: unknown): void {
    this.#log.error({ channel, error: describeError(error) }, "a message was not answered");
  }
}

export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Somebody who reads the log sees whether the persona chose to say nothing, or had nothing that may be said. */
function wordFor(outcome: ReplyOutcome | undefined): string {
  if (outcome?.ending === "silent") return "nothing to say";
  return outcome?.ending === "refused" ? "nothing that may be said" : "answered";
}

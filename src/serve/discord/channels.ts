import type { Message } from "discord.js";
import type { Logger } from "pino";
import type { Memories } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import { Exchange, type Manners, type Pace, type ReplyOutcome, readAhead } from "../replies/index.ts";
import { isAddressed } from "./addressing.ts";
import { speakerIn } from "./speaking.ts";

interface Channel {
  id: string;
  exchange: Exchange;
  /** The newest message that is to be answered; undefined before the first. */
  newest: Message | undefined;
  /** Settles once the bubble that is being sent is remembered: what friends write to it is heard after it. */
  said: Promise<void>;
  /** Whether any message that no answer was given to speaks to the persona itself. */
  isAddressed: boolean;
}

interface Answering {
  channel: Channel;
  isAddressed: boolean;
  pace: Pace;
}

/** Channels whose answers are kept in order; the one that was silent longest goes first. */
const maxChannels = 500;

interface ChannelsOptions {
  persona: Persona;
  memories: Memories;
  /** Of the run that answers now. */
  manners: () => Manners;
  log: Logger;
}

/** What is being answered in every channel. */
export class Channels {
  readonly #persona: Persona;
  readonly #memories: Memories;
  readonly #manners: () => Manners;
  readonly #log: Logger;
  readonly #channels = new Map<string, Channel>();

  constructor({ persona, memories, manners, log }: ChannelsOptions) {
    this.#persona = persona;
    this.#memories = memories;
    this.#manners = manners;
    this.#log = log;
  }

  /** Answers a message, and what comes after it in the same burst, once the burst is over. */
  answer(message: Message, speaker: string, words: string): void {
    const channel = this.#channelOf(message.channelId);
    channel.said
      .then(() => {
        if (this.#channels.get(channel.id) !== channel) return;
        if (!this.#memories.get(channel.id).hear(speaker, words, message.author.id)) return;
        channel.newest = message;
        channel.isAddressed ||= isAddressed(message);
        channel.exchange.hear(words);
      })
      .catch((error) => this.#logFailure(channel.id, error));
  }

  /** Forgets what was said in a channel, and falls silent there. */
  async reset(id: string): Promise<void> {
    this.#leave(id);
    this.#persona.forget(id);
    await this.#memories.reset(id);
  }

  /** Forgets what a person said in any channel, and falls silent where they wrote last; returns how many bubbles that were. */
  forgetPerson(id: string): Promise<number> {
    for (const channel of [...this.#channels.values()]) {
      if (channel.newest?.author.id === id) this.#leave(channel.id);
      // What is evaluated of a channel holds their words too.
      this.#persona.forget(channel.id);
    }
    return this.#memories.forgetPerson(id);
  }

  /** How long what is said in a channel is kept; 0 where a restart forgets it. */
  get keepDays(): number {
    return this.#memories.keepDays;
  }

  /** Falls silent everywhere. */
  stop(): void {
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
      exchange: new Exchange({
        timing: () => this.#manners().timing,
        answer: (pace) => this.#answer(channel, pace),
        onError: (error) => this.#logFailure(id, error),
      }),
    };
    return channel;
  }

  #leave(id: string): void {
    this.#channels.get(id)?.exchange.stop();
    this.#channels.delete(id);
  }

  async #answer(channel: Channel, pace: Pace): Promise<void> {
    const { newest, isAddressed } = channel;
    if (newest === undefined) return;
    let isAnswered = false;
    // What is heard from now on is for the next answer.
    channel.isAddressed = false;
    try {
      await this.#answerTo(newest, { channel, isAddressed, pace });
      isAnswered = !pace.signal.aborted;
    } finally {
      channel.isAddressed ||= isAddressed && !isAnswered;
    }
  }

  async #answerTo(newest: Message, { channel, isAddressed, pace }: Answering): Promise<void> {
    const { id } = channel;
    const { turns } = this.#memories.get(id);
    const decision = await this.#manners().silence.decide({
      turns,
      isAddressed,
      chanceOfSpeaking: () =>
        this.#persona.chanceOfSpeaking(turns, { conversation: id, signal: pace.signal }),
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

  async #reply(channel: Channel, message: Message, pace: Pace): Promise<void> {
    const startedAt = performance.now();
    const memory = this.#memories.get(channel.id);
    const speaker = speakerIn(message);
    let outcome: ReplyOutcome | undefined;
    let sent = 0;
    pace.late.then(() => {
      if (!pace.signal.aborted) speaker.type();
    });
    try {
      for await (const event of readAhead(this.#persona.reply(memory, { signal: pace.signal }))) {
        if (event.type === "reply-end") outcome = event.outcome;
        if (event.type !== "bubble-end" || !(await pace.untilDue(event.bubble, speaker.type))) continue;
        const said = speaker.say(event.bubble).then(() => {
          // What was reset meanwhile stays forgotten.
          if (this.#channels.get(channel.id) === channel) memory.say(event.bubble);
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

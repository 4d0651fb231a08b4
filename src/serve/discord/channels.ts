import type { Message } from "discord.js";
import type { Logger } from "pino";
import type { Memories } from "../memory/index.ts";
import type { Persona } from "../persona.ts";
import type { ReplyOutcome } from "../replies/index.ts";
import { speakerIn } from "./speaking.ts";

interface Channel {
  id: string;
  /** Settles when the last message so far is answered. */
  settled: Promise<void>;
  waiting: number;
  silence: AbortController;
}

/** A flood of messages is heard, but only so many of them wait for an answer of their own. */
const maxWaiting = 5;
/** Channels whose answers are kept in order; the one that was silent longest goes first. */
const maxChannels = 500;

interface ChannelsOptions {
  persona: Persona;
  memories: Memories;
  log: Logger;
}

/** What is being answered in every channel. */
export class Channels {
  readonly #persona: Persona;
  readonly #memories: Memories;
  readonly #log: Logger;
  readonly #channels = new Map<string, Channel>();

  constructor({ persona, memories, log }: ChannelsOptions) {
    this.#persona = persona;
    this.#memories = memories;
    this.#log = log;
  }

  /** Answers a message after those that came before it in its channel. */
  answer(message: Message, speaker: string, words: string): void {
    const channel = this.#channelOf(message.channelId);
    const silence = channel.silence.signal;
    const hear = () => this.#memories.get(channel.id).hear(speaker, words, message.author.id);
    if (channel.waiting >= maxWaiting) {
      channel.settled = channel.settled.then(() => {
        if (!silence.aborted) hear();
      });
      return;
    }
    channel.waiting++;
    channel.settled = channel.settled.then(async () => {
      channel.waiting--;
      if (silence.aborted) return;
      if (hear()) await this.#reply(message, silence);
    });
  }

  /** Forgets what was said in a channel, and falls silent there. */
  async reset(id: string): Promise<void> {
    this.#channels.get(id)?.silence.abort();
    this.#channels.delete(id);
    this.#persona.forget(id);
    await this.#memories.reset(id);
  }

  /** Forgets what a person said in any channel; returns how many bubbles that were. */
  forgetPerson(id: string): Promise<number> {
    return this.#memories.forgetPerson(id);
  }

  /** How long what is said in a channel is kept; 0 where a restart forgets it. */
  get keepDays(): number {
    return this.#memories.keepDays;
  }

  /** Falls silent everywhere. */
  stop(): void {
    for (const { silence } of this.#channels.values()) silence.abort();
  }

  #channelOf(id: string): Channel {
    const channel = this.#channels.get(id) ?? newChannel(id);
    this.#channels.delete(id);
    this.#channels.set(id, channel);
    const [oldest] = this.#channels.keys();
    if (this.#channels.size > maxChannels && oldest !== undefined) this.#channels.delete(oldest);
    return channel;
  }

  async #reply(message: Message, silence: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const memory = this.#memories.get(message.channelId);
    const speaker = speakerIn(message);
    let outcome: ReplyOutcome | undefined;
    try {
      for await (const event of this.#persona.reply(memory, { signal: silence })) {
        if (event.type === "reply-end") outcome = event.outcome;
        if (event.type !== "bubble-end" || silence.aborted) continue;
        await speaker.say(event.bubble);
        // What was reset meanwhile stays forgotten.
        if (!silence.aborted) memory.say(event.bubble);
      }
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#log.error({ channel: message.channelId, error: reason }, "a message was not answered");
    } finally {
      speaker.stop();
    }
    const milliseconds = Math.round(performance.now() - startedAt);
    this.#log.info({ channel: message.channelId, ...outcome, milliseconds }, wordFor(outcome));
  }
}

/** Somebody who reads the log sees whether the persona chose to say nothing, or had nothing that may be said. */
function wordFor(outcome: ReplyOutcome | undefined): string {
  if (outcome?.ending === "silent") return "nothing to say";
  return outcome?.ending === "refused" ? "nothing that may be said" : "answered";
}

function newChannel(id: string): Channel {
  return { id, settled: Promise.resolve(), waiting: 0, silence: new AbortController() };
}

import type { Message } from "discord.js";
import type { Logger } from "pino";
import type { Persona } from "../persona.ts";
import { Memory, type ReplyOutcome } from "../replies/index.ts";
import { speakerIn } from "./speaking.ts";

interface ChannelConversation {
  memory: Memory;
  /** Settles when the last message so far is answered. */
  settled: Promise<void>;
  waiting: number;
  silence: AbortController;
}

/** A flood of messages is heard, but only so many of them wait for an answer of their own. */
const maxWaiting = 5;
/** Channels whose conversation is remembered; whoever was silent longest is forgotten. */
const maxChannels = 500;

/** What is being said in every channel. */
export class Conversations {
  readonly #persona: Persona;
  readonly #log: Logger;
  readonly #conversations = new Map<string, ChannelConversation>();

  constructor({ persona, log }: { persona: Persona; log: Logger }) {
    this.#persona = persona;
    this.#log = log;
  }

  /** Answers a message after those that came before it in its channel. */
  answer(message: Message, speaker: string, words: string): void {
    const conversation = this.#conversationIn(message.channelId);
    const silence = conversation.silence.signal;
    if (conversation.waiting >= maxWaiting) {
      conversation.settled = conversation.settled.then(() => {
        if (!silence.aborted) conversation.memory.hear(speaker, words);
      });
      return;
    }
    conversation.waiting++;
    conversation.settled = conversation.settled.then(async () => {
      conversation.waiting--;
      if (silence.aborted) return;
      conversation.memory.hear(speaker, words);
      await this.#reply(message, conversation, silence);
    });
  }

  /** Forgets what was said in a channel, and falls silent there. */
  reset(channel: string): void {
    const conversation = this.#conversations.get(channel);
    conversation?.silence.abort();
    this.#conversations.delete(channel);
  }

  /** Falls silent everywhere. */
  stop(): void {
    for (const { silence } of this.#conversations.values()) silence.abort();
  }

  #conversationIn(channel: string): ChannelConversation {
    const conversation = this.#conversations.get(channel) ?? newConversation(this.#persona.name);
    this.#conversations.delete(channel);
    this.#conversations.set(channel, conversation);
    const [oldest] = this.#conversations.keys();
    if (this.#conversations.size > maxChannels && oldest !== undefined) this.#conversations.delete(oldest);
    return conversation;
  }

  async #reply(message: Message, conversation: ChannelConversation, silence: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const { memory } = conversation;
    const speaker = speakerIn(message);
    let outcome: ReplyOutcome | undefined;
    try {
      for await (const event of this.#persona.reply(memory.turns, {
        conversation: message.channelId,
        signal: silence,
      })) {
        if (event.type === "reply-end") outcome = event.outcome;
        if (event.type !== "bubble-end" || silence.aborted) continue;
        await speaker.say(event.bubble);
        memory.say(event.bubble);
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

function newConversation(persona: string): ChannelConversation {
  return {
    memory: new Memory(persona),
    settled: Promise.resolve(),
    waiting: 0,
    silence: new AbortController(),
  };
}

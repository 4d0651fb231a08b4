import type { Message } from "discord.js";
import type { Logger } from "pino";
import type { Persona } from "../persona.ts";
import { createMemory, type Memory } from "../replies/index.ts";
import { speakerIn } from "./speaking.ts";

/** What is being said in every channel. */
export interface Conversations {
  /** Answers a message after those that came before it in its channel. */
  answer(message: Message, speaker: string, words: string): void;
  /** Forgets what was said in a channel, and falls silent there. */
  reset(channel: string): void;
  /** Falls silent everywhere. */
  stop(): void;
}

interface Conversation {
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

export function createConversations({ persona, log }: { persona: Persona; log: Logger }): Conversations {
  const conversations = new Map<string, Conversation>();

  function conversationIn(channel: string): Conversation {
    const conversation = conversations.get(channel) ?? open(persona.name);
    conversations.delete(channel);
    conversations.set(channel, conversation);
    const [oldest] = conversations.keys();
    if (conversations.size > maxChannels && oldest !== undefined) conversations.delete(oldest);
    return conversation;
  }

  async function reply(message: Message, conversation: Conversation, silence: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const { memory } = conversation;
    const speaker = speakerIn(message);
    let bubbles = 0;
    try {
      for await (const event of persona.reply(memory.turns, {
        conversation: message.channelId,
        signal: silence,
      })) {
        if (event.type !== "bubble-end" || silence.aborted) continue;
        await speaker.say(event.bubble);
        memory.say(event.bubble);
        bubbles++;
      }
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      log.error({ channel: message.channelId, error: reason }, "a message was not answered");
    } finally {
      speaker.stop();
    }
    const milliseconds = Math.round(performance.now() - startedAt);
    log.info({ channel: message.channelId, bubbles, milliseconds }, "answered");
  }

  return {
    answer(message, speaker, words) {
      const conversation = conversationIn(message.channelId);
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
        await reply(message, conversation, silence);
      });
    },
    reset(channel) {
      const conversation = conversations.get(channel);
      conversation?.silence.abort();
      conversations.delete(channel);
    },
    stop() {
      for (const { silence } of conversations.values()) silence.abort();
    },
  };
}

function open(persona: string): Conversation {
  return {
    memory: createMemory(persona),
    settled: Promise.resolve(),
    waiting: 0,
    silence: new AbortController(),
  };
}

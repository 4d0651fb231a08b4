import type { Tokenizer } from "../../tokenizer/index.ts";
import { type Habit, logNormal } from "./thread-habits.ts";

export const persona = "Ana Lima";

export interface TopicMessage {
  sender: string;
  /** Unix time in milliseconds. */
  sentAt: number;
  text: string;
  /** Number of its session in the thread. */
  session: number;
}

/** What can be talked about. */
interface Vocabulary {
  topics: string[][];
  common: string[];
}

const topicCount = 24;
const wordsATopic = 16;
const commonWords = 40;

/** English words that are one token each behind a space, dealt out to topics. */
export function inventTopics(tokenizer: Tokenizer, random: () => number): Vocabulary {
  const words: string[] = [];
  for (let id = 0; id < tokenizer.vocabularySize; id++) {
    const token = tokenizer.decode([id]);
    if (/^ [a-z]{4,8}$/.test(token) && !mayBeMasked.test(token)) words.push(token.slice(1));
  }
  const deal = () => words.splice(Math.floor(random() * words.length), 1)[0] as string;
  const hand = (count: number) => Array.from({ length: count }, deal);
  return { topics: Array.from({ length: topicCount }, () => hand(wordsATopic)), common: hand(commonWords) };
}

/** Beside these, redaction looks for secrets. */
const mayBeMasked = /pass|pw|code|key|pin|token|verif|chave|street|road/;

/** A thread in which each session is about one topic: log-normal gaps, as many messages as the habit has. */
export function topicSessions(
  { people, ...rhythm }: Habit,
  sessions: number,
  { topics, common }: Vocabulary,
  random: () => number,
): TopicMessage[] {
  const everybody = [...people, persona];
  const messages: TopicMessage[] = [];
  let sentAt = Date.UTC(2019, 0);
  for (let session = 0; session < sessions; session++) {
    sentAt += logNormal(rhythm.betweenHours * 60, rhythm.betweenSpread, random) * 60_000;
    const topic = pick(topics, random);
    const count = 2 + Math.floor(-Math.log(1 - random()) * rhythm.messagesASession);
    for (let index = 0; index < count; index++) {
      if (index > 0) sentAt += logNormal(rhythm.insideMinutes, rhythm.insideSpread, random) * 60_000;
      const words = Array.from({ length: 2 + Math.floor(random() * 4) }, () =>
        pick(random() < 0.6 ? topic : common, random),
      );
      messages.push({
        sender: pick(everybody, random),
        sentAt: Math.round(sentAt),
        text: words.join(" "),
        session,
      });
    }
  }
  return messages;
}

function pick<Item>(items: Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

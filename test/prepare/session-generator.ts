import type { Message } from "../../src/handoffs.ts";
import { message } from "./data-set.ts";

/** How people of one thread write: medians in minutes, and how far single gaps lie from them. */
export interface Habit {
  name: string;
  people: string[];
  /** Between two messages of one session. */
  insideMinutes: number;
  insideSpread: number;
  /** Between two sessions. */
  betweenHours: number;
  betweenSpread: number;
  messagesASession: number;
}

/** Threads as they come in exports, from people who answer at once to people who answer the next evening. */
export const habits: Habit[] = [
  habit("fast chatters", ["Ben"], [0.3, 1.1], [9, 1.0], 30),
  habit("chatters at work", ["Cleo"], [3, 1.2], [14, 1.0], 12),
  habit("slow correspondents", ["Dora"], [45, 1.0], [90, 0.9], 8),
  habit("letters in the evening", ["Eva"], [150, 0.8], [240, 0.8], 6),
  habit("a lively group", ["Fay", "Gus", "Hal", "Ida"], [0.8, 1.3], [5, 0.9], 40),
  habit("a quiet group", ["Jon", "Kim", "Leo"], [12, 1.3], [60, 1.0], 9),
];

function habit(
  name: string,
  people: string[],
  [insideMinutes, insideSpread]: [number, number],
  [betweenHours, betweenSpread]: [number, number],
  messagesASession: number,
): Habit {
  return { name, people, insideMinutes, insideSpread, betweenHours, betweenSpread, messagesASession };
}

/** A thread and the indices of the messages that open a session; gaps are log-normal. */
export function threadOfSessions(
  habit: Habit,
  sessions: number,
  random: () => number,
): { messages: Message[]; starts: Set<number> } {
  const people = [...habit.people, "Ana Lima"];
  const messages: Message[] = [];
  const starts = new Set<number>();
  let sentAt = Date.UTC(2019, 0);
  for (let session = 0; session < sessions; session++) {
    sentAt += logNormal(habit.betweenHours * 60, habit.betweenSpread, random) * 60_000;
    starts.add(messages.length);
    const count = 1 + Math.floor(-Math.log(1 - random()) * habit.messagesASession);
    for (let index = 0; index < count; index++) {
      if (index > 0) sentAt += logNormal(habit.insideMinutes, habit.insideSpread, random) * 60_000;
      const sender = people[Math.floor(random() * people.length)] as string;
      messages.push(message(habit.name, sender, `text ${messages.length}`, Math.round(sentAt)));
    }
  }
  return { messages, starts };
}

function logNormal(median: number, spread: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

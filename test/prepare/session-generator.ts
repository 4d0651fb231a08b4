import { type Habit, logNormal } from "../../src/bench/inputs/thread-habits.ts";
import type { Message } from "../../src/handoffs/index.ts";
import { message } from "./data-set.ts";

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

import { expect, test } from "vitest";
import { seededRandom } from "../../../src/bench/inputs/seeded-random.ts";
import { type Habit, habits } from "../../../src/bench/inputs/thread-habits.ts";
import type { Message } from "../../../src/handoffs/index.ts";
import { eachConversation, eachGap } from "../../../src/prepare/conversations/conversations.ts";
import { countGap, createGapCounts, maxSilenceOf } from "../../../src/prepare/conversations/rhythm.ts";
import { threadOfSessions } from "../session-generator.ts";

const minute = 60_000;
const sessionsAThread = 150;

test("each thread's own rhythm finds sessions better than any fixed gap", async () => {
  const scores: Record<string, number[]> = { rhythm: [], "5": [], "10": [], "60": [] };
  for (const habit of habits) {
    for (let seed = 1; seed <= 5; seed++) {
      const thread = threadOfSessions(habit, sessionsAThread, seededRandom(seed));
      const own = await rhythmOf(thread.messages);
      scores.rhythm?.push(await boundaryF1(thread, own ?? Number.NaN));
      for (const minutes of [5, 10, 60]) scores[minutes]?.push(await boundaryF1(thread, minutes * minute));
    }
  }
  const means = Object.fromEntries(
    Object.entries(scores).map(([name, values]) => [name, values.reduce((a, b) => a + b, 0) / values.length]),
  );
  if (process.env.SHOW_SCORES) console.log(means, table(scores));

  expect(means.rhythm).toBeGreaterThan(0.9);
  expect(Math.min(...(scores.rhythm ?? []))).toBeGreaterThan(0.8);
  for (const minutes of ["5", "10", "60"]) expect(means.rhythm).toBeGreaterThan((means[minutes] ?? 0) + 0.1);
});

test("few gaps, or gaps of one kind, give no rhythm", async () => {
  const fast = habits[0] as Habit;
  const short = threadOfSessions(fast, 3, seededRandom(1)).messages.slice(0, 100);
  const steady = createGapCounts();
  for (let index = 0; index < 5000; index++) countGap(steady, 1000 * (1 + (index % 60)));

  expect(await rhythmOf(short)).toBeUndefined();
  expect(maxSilenceOf(steady)).toBeUndefined();
});

test("all messages in one minute, and clocks that run backwards, break nothing", () => {
  const counts = createGapCounts();
  for (let index = 0; index < 1000; index++) countGap(counts, index % 2 === 0 ? 0 : -5000);

  expect(maxSilenceOf(counts)).toBeUndefined();
});

test("the longest silence stays between five minutes and a day", () => {
  const quick = createGapCounts();
  const slow = createGapCounts();
  for (let index = 0; index < 5000; index++) {
    const [isLong, wobble] = [index % 20 === 0, 1 + (index % 7) / 3];
    countGap(quick, (isLong ? 3 * minute : 1500) * wobble);
    countGap(slow, (isLong ? 90 * 24 * 60 * minute : 10 * 60 * minute) * wobble);
  }

  expect(maxSilenceOf(quick)).toBe(5 * minute);
  expect(maxSilenceOf(slow)).toBe(24 * 60 * minute);
});

async function rhythmOf(messages: Message[]): Promise<number | undefined> {
  const counts = createGapCounts();
  await eachGap([messages], (gapMs) => countGap(counts, gapMs));
  return maxSilenceOf(counts);
}

/** How well the cuts agree with the sessions; the first message of a thread is no cut. */
async function boundaryF1(
  { messages, starts }: { messages: Message[]; starts: Set<number> },
  maxSilenceMs: number,
): Promise<number> {
  const cuts = new Set<number>();
  let position = 0;
  await eachConversation([messages], { maxSilenceMs }, (conversation) => {
    cuts.add(position);
    position += conversation.messages.length;
  });
  const right = [...cuts].filter((cut) => starts.has(cut)).length - 1;
  return (2 * right) / (cuts.size - 1 + starts.size - 1);
}

function table(scores: Record<string, number[]>): string {
  return habits
    .map(({ name }, index) => {
      const of = (values: number[] = []) =>
        (values.slice(index * 5, index * 5 + 5).reduce((a, b) => a + b, 0) / 5).toFixed(3);
      return `${name}: ${Object.entries(scores)
        .map(([key, values]) => `${key} ${of(values)}`)
        .join(", ")}`;
    })
    .join("\n");
}

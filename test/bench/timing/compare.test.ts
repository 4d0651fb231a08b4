import { expect, test } from "vitest";
import { seededRandom } from "../../../src/bench/inputs/index.ts";
import { compareTimes, type Gaps } from "../../../src/bench/timing/compare.ts";
import { measureGaps } from "../../../src/prepare/index.ts";
import { timingOf } from "../../../src/serve/index.ts";
import { hour, message, persona, storeOf } from "../../prepare/data-set.ts";

test("times learnt from the older conversations fit the newer ones, and beat a constant", async () => {
  const { style, gaps } = await gapsOf(() => 1);
  const { replies, bubbles, bursts } = compareTimes({ style, gaps }, timingOf, 0);

  // Half of 2 × 300 conversations, each with one answer of two bubbles.
  expect(replies.gaps).toBe(300);
  for (const fit of [replies, bubbles]) {
    expect(fit.distance).toBeLessThan(fit.ownHalves + 0.12);
    expect(fit.pinball.ofMedian).toBeLessThan(0.9);
  }
  // Who writes again does so after 6 s, half of the time.
  expect(bursts.followed).toBeGreaterThan(30);
  const [asPerson] = bursts.beforeAnswer;
  expect(asPerson?.waiting).toBeGreaterThan(0.9);
  expect(asPerson?.notWaiting).toBeLessThan(0.9);
});

test("times of somebody who has become ten times slower do not fit", async () => {
  const { replies } = compareTimes(
    await gapsOf((conversation) => (conversation < 150 ? 1 : 10)),
    timingOf,
    0,
  );

  expect(replies.distance).toBeGreaterThan(replies.ownHalves + 0.3);
});

test("where only friends wrote in what is held out, it says so", async () => {
  const { style, gaps } = await gapsOf(() => 1);
  const ofFriends = gaps.filter(({ kind }) => kind === "pause");

  expect(() => compareTimes({ style, gaps: ofFriends }, timingOf, 0)).toThrow(
    "No held-out conversation has an answer of yours",
  );
});

/** Two chats in which answers take 2 to 60 s, at night four times as long, and the next bubble comes by its length. */
async function gapsOf(slowness: (conversation: number) => number): Promise<Gaps> {
  const threads = ["ben", "zoe"].map((thread, index) => chat(thread, seededRandom(index), slowness));
  return measureGaps(storeOf(threads), { persona, timeZone: "UTC", heldOutShare: 0.5 });
}

function chat(thread: string, random: () => number, slowness: (conversation: number) => number) {
  return Array.from({ length: 300 }, (_, conversation) => {
    const start = Date.UTC(2020, 0, 1) + 7 * hour * conversation;
    const isNight = (start / hour) % 24 < 6;
    const asked = random() < 0.5 ? [0] : [0, 6000];
    const delayMs = 2000 * 30 ** random() * (isNight ? 4 : 1) * slowness(conversation);
    const answeredAt = start + (asked.at(-1) ?? 0) + delayMs;
    const words = "x".repeat(1 + Math.floor(60 * random()));
    const gapMs = 1000 + 200 * words.length * (0.5 + random());
    return [
      ...asked.map((at) => message(thread, thread, "hey", start + at)),
      message(thread, persona, "yes", answeredAt),
      message(thread, persona, words, answeredAt + gapMs),
    ];
  }).flat();
}

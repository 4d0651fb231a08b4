import { expect, test } from "vitest";
import type { Distribution, Style } from "../../../../src/handoffs/index.ts";
import { type Timing, timingOf } from "../../../../src/serve/index.ts";

const noon = { at: new Date("2024-05-01T12:30:00Z") };
const edges = [0, 1, 2, 4, 8, 16, 32, 64, 128];

test("times are multiplied by the patience, and 0 answers at once", () => {
  const timed = (patience: number) => timesOf(timingOf(style(), { patience, random: () => 0.3 }));

  expect(timed(0)).toEqual({ wait: 0, reply: 0, gap: 0, typing: 0 });
  expect(timed(0.5).reply).toBeCloseTo(timed(1).reply / 2);
  expect(timed(0.5).gap).toBeCloseTo(timed(1).gap / 2);
});

test("the end of a friend's burst is waited for as long by a quick persona as by a slow one", () => {
  const wait = (patience: number) => timingOf(style(), { patience }).burstWaitMs({ characters: 5 });

  expect(wait(0.25)).toBe(wait(1));
  expect(wait(0.1)).toBeLessThan(wait(1));
});

test("a friend's burst is waited for until it is improbable that they go on", () => {
  // Of 1000 short messages, every other one is followed by another within 8 s; of long ones none is.
  const pauses = [
    { fromCharacters: 1, toCharacters: 20, again: bins({ 4: 500 }), ended: bins({ 16: 500 }) },
    { fromCharacters: 20, toCharacters: null, again: bins({}), ended: bins({ 16: 1000 }) },
  ];
  const timing = timingOf({ ...style(), friendPauseSeconds: pauses }, { patience: 1 });

  expect(timing.burstWaitMs({ characters: 5 })).toBeGreaterThanOrEqual(6000);
  expect(timing.burstWaitMs({ characters: 5 })).toBeLessThanOrEqual(8000);
  expect(timing.burstWaitMs({ characters: 50 })).toBe(0);
});

test("who was interrupted is not taken for one who had finished", () => {
  const wait = (ended: Record<number, number>) =>
    timingOf(
      {
        ...style(),
        friendPauseSeconds: [
          { fromCharacters: 1, toCharacters: null, again: bins({ 16: 40 }), ended: bins(ended) },
        ],
      },
      { patience: 1 },
    ).burstWaitMs({ characters: 5 });

  // 40 went on after 16 s. The other 960 waited for longer in vain, or were answered before they could go on.
  expect(wait({ 128: 960 })).toBe(0);
  expect(wait({ 2: 960 })).toBeGreaterThan(16_000);
});

test("a data set that did not count how bursts end falls back on a usual wait, and says so", () => {
  const timing = timingOf(style(), { patience: 1 });

  expect(timing.about).toMatch(/^100 turns of Ana Reis; how long friends pause within a burst is a guess/);
  expect(timing.burstWaitMs({ characters: 5 })).toBe(
    timingOf(undefined, { patience: 1 }).burstWaitMs({ characters: 5 }),
  );
});

test("what is drawn is spread as what was counted", () => {
  const shares = Array.from({ length: 1000 }, (_, index) => (index + 0.5) / 1000);
  const draws = shares.map((share) =>
    timingOf(style(), { patience: 1, random: () => share }).replyDelayMs(noon),
  );

  // Of 100 replies, 40 came after 4 to 8 s and 60 after 16 to 32 s.
  expect(draws.filter((ms) => ms >= 4000 && ms < 8000)).toHaveLength(400);
  expect(draws.filter((ms) => ms >= 16_000 && ms < 32_000)).toHaveLength(600);
  expect(draws).toEqual(draws.toSorted((a, b) => a - b));
});

test("replies are slower at hours in which the person was", () => {
  const night = { at: new Date("2024-05-01T03:30:00Z") };
  const { replyDelaySeconds, ...rest } = style();
  const byHour = replyDelaySeconds.byHour.map((delay, hour) => (hour === 3 ? counted({ 16: 500 }) : delay));
  const timing = timingOf(
    { ...rest, replyDelaySeconds: { ...replyDelaySeconds, byHour } },
    { patience: 1, random: () => 0.3 },
  );

  expect(timing.replyDelayMs(noon)).toBeLessThan(8000);
  expect(timing.replyDelayMs(night)).toBeGreaterThan(16_000);
});

test("replies are slower after a silence after which the person was", () => {
  const timing = timingOf(style(), { patience: 1, random: () => 0.3 });

  expect(timing.replyDelayMs({ ...noon, silenceMs: 5000 })).toBeLessThan(8000);
  expect(timing.replyDelayMs({ ...noon, silenceMs: 90_000 })).toBeGreaterThan(16_000);
});

test("a long bubble takes longer than a short one", () => {
  const timing = timingOf(style(), { patience: 1, random: () => 0.5 });

  expect(timing.bubbleGapMs(3)).toBeLessThan(timing.bubbleGapMs(30));
  expect(timing.typingMs(3)).toBeLessThan(timing.typingMs(30));
});

test("nobody waits for an answer longer than an hour, and times are usual where nothing was counted", () => {
  const days = style({ replies: counted({ 128: 5 }), edges: [...edges.slice(0, -1), 200_000] });
  expect(timingOf(days, { patience: 1 }).replyDelayMs(noon)).toBe(3_600_000);

  const usual = timingOf(undefined, { patience: 1, random: () => 0.5 });
  expect(usual.about).toBe("usual times, at patience 1");
  const ofNothing = timingOf(style({ replies: counted({}) }), { patience: 1, random: () => 0.5 });
  expect(ofNothing.replyDelayMs(noon)).toBe(usual.replyDelayMs(noon));
  expect(usual.replyDelayMs(noon)).toBeGreaterThan(1000);
});

function timesOf(timing: Timing) {
  return {
    wait: timing.burstWaitMs({ characters: 5 }),
    reply: timing.replyDelayMs(noon),
    gap: timing.bubbleGapMs(10),
    typing: timing.typingMs(10),
  };
}

/** Counts by the lower edge of their bin. */
function bins(byEdge: Record<number, number>): number[] {
  return edges.map((edge) => byEdge[edge] ?? 0);
}

function counted(byEdge: Record<number, number>): Distribution {
  const counts = bins(byEdge);
  return { count: counts.reduce((sum, count) => sum + count, 0), quantiles: null, counts };
}

function style({ replies = counted({ 4: 40, 16: 60 }), edges: delayEdges = edges } = {}): Style {
  return {
    format: 1,
    persona: "Ana Reis",
    timeZone: "UTC",
    conversations: 1,
    messages: 1,
    turns: 100,
    edges: { delaySeconds: delayEdges, characters: [], bubbles: [], emoji: [] },
    replyDelaySeconds: {
      overall: replies,
      byHour: Array.from({ length: 24 }, () => counted({})),
      bySilence: [
        { fromSeconds: 0, toSeconds: 60, delay: replies },
        { fromSeconds: 60, toSeconds: null, delay: counted({ 16: 500 }) },
      ],
    },
    bubblesATurn: counted({}),
    bubbleDelaySeconds: [
      { fromCharacters: 1, toCharacters: 20, delay: counted({ 2: 10 }) },
      { fromCharacters: 20, toCharacters: null, delay: counted({ 16: 10 }) },
    ],
    charactersAMessage: counted({}),
    endings: { none: 1, period: 0, exclamation: 0, question: 0, ellipsis: 0, emoji: 0, other: 0 },
    lowerCaseStartShare: null,
    emoji: { aMessage: counted({}), messageShare: 0, top: [] },
    reactions: { messageShare: null, top: [] },
    inGroups: { turnsOfOthers: 0, unanswered: 0, share: null },
    inPairs: { turnsOfOthers: 0, unanswered: 0, share: null },
  };
}

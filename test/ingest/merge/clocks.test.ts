import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeSources } from "../../../src/ingest/merge/merge.ts";
import type { PlacedEntry } from "../../../src/ingest/merge/source.ts";

const minuteMs = 60_000;

test("a message in minutes and the same in seconds is one, at the finer time", async () => {
  const minutes = [at(0, "hallo"), at(0, "na du", "Ben"), at(2 * minuteMs, "wie war's")];
  const seconds = [at(5_000, "hallo"), at(41_000, "na du", "Ben"), at(2 * minuteMs + 17_000, "wie war's")];
  expect(await merge(minutes, seconds)).toEqual(seconds);
  expect(await merge(seconds, minutes)).toEqual(seconds);
});

test("three equal messages in one minute stay three, whichever clock saw them", async () => {
  const minutes = [at(0, "haha"), at(0, "haha"), at(0, "haha")];
  const seconds = [at(1_000, "haha"), at(9_000, "haha"), at(9_000, "haha")];
  expect(await merge(minutes, seconds)).toEqual(seconds);
  expect(await merge(minutes, seconds.slice(1))).toEqual([at(0, "haha"), ...seconds.slice(1)]);
  expect(await merge(minutes.slice(1), seconds)).toEqual(seconds);
});

test("what one source alone has stays where its own clock has it", async () => {
  const minutes = [at(0, "only in minutes"), at(0, "both")];
  const seconds = [at(20_000, "both"), at(30_000, "only in seconds")];
  expect(await merge(minutes, seconds)).toEqual([
    at(0, "only in minutes"),
    at(20_000, "both"),
    at(30_000, "only in seconds"),
  ]);
});

test("equal words of two people, or in two minutes, are two messages", async () => {
  const minutes = [at(0, "ok"), at(minuteMs, "ok")];
  const seconds = [at(10_000, "ok", "Ben"), at(2 * minuteMs + 10_000, "ok")];
  expect(await merge(minutes, seconds)).toHaveLength(4);
});

test("two finer clocks are compared to the second, also beside a coarser one", async () => {
  const minutes = [at(0, "ok"), at(0, "ok")];
  expect(await merge(minutes, [at(10_000, "ok")], [at(40_000, "ok")])).toEqual([
    at(10_000, "ok"),
    at(40_000, "ok"),
  ]);
  expect(await merge([at(10_000, "ok")], [at(40_000, "ok")])).toHaveLength(2);
});

test("seconds of 2018 and milliseconds of today are one clock's", async () => {
  const seconds = [at(7_000, "hi"), at(7_000, "hi")];
  const milliseconds = [at(7_123, "hi"), at(7_456, "hi")];
  expect(await merge(seconds, milliseconds, { clockMs: 1000 })).toEqual(milliseconds);
});

test("a call and a picture of one minute are not each other", async () => {
  const minutes = [at(0, "", "Ana", { kind: "call" }), at(0, "", "Ana", { kind: "media" })];
  const seconds = [at(3_000, "", "Ana", { kind: "sticker" }), at(50_000, "", "Ana", { kind: "call" })];
  expect((await merge(minutes, seconds)).map(({ sentAt, kind }) => [sentAt, kind])).toEqual([
    [3_000, "media"],
    [50_000, "call"],
  ]);
});

test("equal words under two names are told across the clocks", async () => {
  const told: unknown[] = [];
  const options = { onSameWords: (...words: unknown[]) => told.push(words) };
  await merge([at(0, "bis gleich", "Timo")], [at(30_000, "bis gleich", "Timo Falk")], options);
  expect(told).toEqual([[0, { source: 0, sender: "Timo" }, { source: 1, sender: "Timo Falk" }]]);
});

test("a message without a time keeps its minute as it is", async () => {
  const minutes = [at(0, "ok"), at(null, "undated")];
  const { length } = await merge(minutes, [at(10_000, "ok")]);
  expect(length).toBe(3);
});

/** Words that have no picture, and words that have one. */
const namesOf: Record<string, string[]> = { x: [], y: ["1.jpg"] };

/** Few senders, words and times, so that sources agree and contradict each other often. */
const entry = fc
  .record({
    sender: fc.constantFrom("Ana", "Ben"),
    text: fc.constantFrom("", "x", "y"),
    sentAt: fc.constantFrom(0, 10_000, 20_000, minuteMs, minuteMs + 5_000),
    kind: fc.constantFrom<PlacedEntry["kind"]>("media", "call", "sticker"),
    names: fc.constantFrom([], ["1.jpg"], ["2.jpg"]),
  })
  .map(({ sender, text, sentAt, kind, names }) =>
    at(sentAt, text, sender, {
      ...(text === "" ? { kind } : {}),
      attachments: (namesOf[text] ?? names).map((name) => ({ kind: "photo", name })),
    }),
  );
const source = fc
  .tuple(fc.boolean(), fc.array(entry, { maxLength: 10 }))
  .map(([isCoarse, entries]) =>
    entries
      .map((one) => (isCoarse ? { ...one, sentAt: minuteOf(one) } : one))
      .sort((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0)),
  );

test("sources of any clocks, together or one after the other, in any order, give the same words", async () => {
  await fc.assert(
    fc.asyncProperty(source, source, source, async (a, b, c) => {
      const together = await merge(a, b, c);
      expect(contents(await merge(c, a, b))).toEqual(contents(together));
      expect(words(await merge(await merge(a, b), c))).toEqual(words(together));
      expect(words(await merge(b, await merge(c, a)))).toEqual(words(together));
    }),
    { seed: 1, numRuns: 1_500 },
  );
});

test("merging again what was merged before changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(source, source, async (a, b) => {
      const once = await merge(a, b);
      for (const again of [
        [once, a],
        [b, once],
        [once, a, b],
        [once, once],
      ])
        expect(await merge(...again)).toEqual(once);
    }),
    { seed: 2, numRuns: 1_500 },
  );
});

test("in each minute there are as many of a sender's words as in the source that has most", async () => {
  await fc.assert(
    fc.asyncProperty(source, source, async (a, b) => {
      const wordsOf = (entries: PlacedEntry[]) => countBy(entries.filter(({ text }) => text !== ""));
      const merged = wordsOf(await merge(a, b));
      for (const [key, count] of [...wordsOf(a), ...wordsOf(b)])
        expect(merged.get(key)).toBeGreaterThanOrEqual(count);
      const times = (await merge(a, b)).map(({ sentAt }) => sentAt);
      expect(times).toEqual(times.toSorted((x, y) => (x ?? 0) - (y ?? 0)));
    }),
    { seed: 3, numRuns: 1_500 },
  );
});

function at(
  sentAt: number | null,
  text: string,
  sender = "Ana",
  more: Partial<PlacedEntry> = {},
): PlacedEntry {
  return {
    sender,
    sentAt,
    text,
    kind: "text",
    attachments: [],
    reactions: [],
    source: "whatsapp/chat",
    ...more,
  };
}

interface Options {
  clockMs?: number;
  onSameWords?: (...words: unknown[]) => void;
}

async function merge(...told: (PlacedEntry[] | Options)[]): Promise<PlacedEntry[]> {
  const lists = told.filter((one) => Array.isArray(one));
  const { clockMs = minuteMs, onSameWords } = (told.find((one) => !Array.isArray(one)) ?? {}) as Options;
  const sources = lists.map((entries) => ({ batches: oneBatch(entries), asOf: 1 }));
  const merged: PlacedEntry[] = [];
  for await (const { entries } of mergeSources(sources, onSameWords, { clockMs })) merged.push(...entries);
  return merged;
}

async function* oneBatch(entries: PlacedEntry[]): AsyncGenerator<PlacedEntry[]> {
  yield entries.map((entry) => ({ ...entry }));
}

function minuteOf({ sentAt }: PlacedEntry): number {
  return Math.floor((sentAt ?? 0) / minuteMs) * minuteMs;
}

function countBy(entries: PlacedEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const key = `${entry.sender} ${minuteOf(entry)} ${entry.text}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What is there, whatever its order in a moment, and whatever pictures are called. */
function contents(entries: PlacedEntry[]): string[] {
  return entries
    .map(({ sender, sentAt, text, kind }) => `${sentAt} ${sender} ${text} ${kind === "call"}`)
    .sort();
}

function words(entries: PlacedEntry[]): string[] {
  return contents(entries.filter(({ text, kind }) => text !== "" || kind === "call"));
}

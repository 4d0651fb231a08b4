import fc from "fast-check";
import { expect, test } from "vitest";
import { CrowdedMomentError, OutOfOrderError } from "../../../src/ingest/merge/cursor.ts";
import { mergeSources } from "../../../src/ingest/merge/merge.ts";
import type { PlacedEntry } from "../../../src/ingest/merge/source.ts";

interface Told {
  asOf: number;
  entries: PlacedEntry[];
}

/** Few senders, words and moments, so that sources agree and contradict each other often. */
const entry = fc
  .record({
    sender: fc.constantFrom("Ana", "Ben"),
    text: fc.constantFrom("", "x", "y", "z"),
    sentAt: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<number | null>(1, 2, 3) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    emoji: fc.option(fc.constantFrom("😆", "👍"), { freq: 4 }),
    source: fc.constantFrom("facebook/inbox", "facebook/e2ee"),
  })
  .map(({ emoji, ...rest }) =>
    at(rest.sentAt, rest.text, { ...rest, reactions: emoji ? [{ emoji, actor: "Ben" }] : [] }),
  );
const source = fc
  .record({ asOf: fc.constantFrom(1, 2), entries: fc.array(entry, { maxLength: 12 }) })
  .map(({ asOf, entries }) => ({ asOf, entries: inOrder(entries) }));
const sources = fc.array(source, { minLength: 1, maxLength: 4 });

test("sources in any order give the same messages in the same order", async () => {
  const shuffled = sources.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([one, other]) => {
      expect(await merge(other)).toEqual(await merge(one));
    }),
    { seed: 1, numRuns: 1_500 },
  );
});

test("merging again what was merged before changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(sources, async (all) => {
      const { entries } = await merge(all);
      const store = { asOf: Math.max(...all.map(({ asOf }) => asOf)), entries };
      for (const again of [...all.map((source) => [store, source]), [store, ...all], [...all, store]]) {
        expect((await merge(again)).entries).toEqual(entries);
      }
    }),
    { seed: 2, numRuns: 1_500 },
  );
});

test("each message counts at its moment as often as the source that has it most often", async () => {
  await fc.assert(
    fc.asyncProperty(sources, async (all) => {
      const { entries, duplicates } = await merge(all);
      const expected = new Map<string, number>();
      for (const { entries } of all)
        for (const [key, count] of countOf(entries))
          expected.set(key, Math.max(count, expected.get(key) ?? 0));
      expect(countOf(entries)).toEqual(expected);
      expect(duplicates).toBe(all.flatMap(({ entries }) => entries).length - entries.length);
    }),
    { seed: 3, numRuns: 1_500 },
  );
});

test("messages come in the order of time", async () => {
  await fc.assert(
    fc.asyncProperty(sources, async (all) => {
      const times = (await merge(all)).entries.flatMap(({ sentAt }) => sentAt ?? []);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { seed: 4, numRuns: 500 },
  );
});

test("where the sources agree on the order of one moment, it is kept", async () => {
  const parts = fc.array(fc.subarray([..."thequickbrownfox"].map((letter, index) => `${letter}${index}`)), {
    minLength: 2,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(parts, async (texts) => {
      const all = texts.map((part) => ({ asOf: 1, entries: part.map((text) => at(5, text)) }));
      const order = (await merge(all)).entries.map(({ text }) => text);
      for (const part of texts) expect(order.filter((text) => part.includes(text))).toEqual(part);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test("batches of any size give the same", async () => {
  await fc.assert(
    fc.asyncProperty(sources, fc.integer({ min: 1, max: 5 }), async (all, size) => {
      expect(await merge(all, size)).toEqual(await merge(all));
    }),
    { seed: 6, numRuns: 500 },
  );
});

test("two equal messages in one export are two, in two exports they are one", async () => {
  const twice = [at(1, "ok"), at(1, "ok")];
  expect((await merge([told(twice)])).entries).toHaveLength(2);
  expect((await merge([told(twice), told(twice)])).entries).toHaveLength(2);
  expect((await merge([told(twice), told([at(1, "ok")])])).entries).toHaveLength(2);
});

test("of the same message, the newer export's reactions hold, also when they were taken back", async () => {
  const liked = at(1, "x", { reactions: [{ emoji: "👍", actor: "Ben" }] });
  const sources = [
    { asOf: 1, entries: [liked] },
    { asOf: 2, entries: [at(1, "x")] },
  ];
  expect((await merge(sources)).entries).toEqual([at(1, "x")]);
});

test("a message without a time stays behind the one it follows", async () => {
  const first = [at(1, "a"), at(null, "undated"), at(3, "d")];
  const second = [at(1, "a"), at(2, "c"), at(3, "d")];
  const { entries } = await merge([told(first), told(second)]);
  expect(entries.map(({ text }) => text)).toEqual(["a", "undated", "c", "d"]);
});

test.each([1, 2])("a source that goes back in time is told, among %d", async (count) => {
  const wrong = told([at(2, "a"), at(1, "b")]);
  await expect(merge([wrong, told([at(1, "b")])].slice(0, count))).rejects.toBeInstanceOf(OutOfOrderError);
  await expect(merge([wrong, told([at(1, "b")])].slice(0, count), 1)).rejects.toBeInstanceOf(OutOfOrderError);
});

test("more messages of one moment than any chat has are an error where they had to be compared", async () => {
  const flood = told(Array.from({ length: 20_001 }, (_, index) => at(1, `${index}`)));
  await expect(merge([flood, told([at(1, "x")])])).rejects.toBeInstanceOf(CrowdedMomentError);
  expect((await merge([flood])).entries).toHaveLength(20_001);
});

test("long messages of one moment are an error before they fill the memory", async () => {
  let read = 0;
  async function* endless() {
    for (; ; read++) yield [at(1, "x".repeat(1_000_000))];
  }
  const merging = mergeSources([
    { batches: endless(), asOf: 1 },
    { batches: endless(), asOf: 1 },
  ]);
  await expect(merging.next()).rejects.toBeInstanceOf(CrowdedMomentError);
  expect(read).toBeLessThan(150);
});

test("equal words under different names are told, and not merged", async () => {
  const told: unknown[] = [];
  const one = { batches: batches([at(1, "x", { sender: "Ana Lima" })], 1), asOf: 1 };
  const other = { batches: batches([at(1, "x", { sender: "Ana Reis" })], 1), asOf: 2 };
  const merging = mergeSources([one, other], (...words) => told.push(words));
  expect((await merging.next()).value.entries).toHaveLength(2);
  expect(told).toEqual([[1, { source: 0, sender: "Ana Lima" }, { source: 1, sender: "Ana Reis" }]]);
});

function at(sentAt: number | null, text: string, more: Partial<PlacedEntry> = {}): PlacedEntry {
  return {
    sender: "Ana",
    kind: text === "" ? "empty" : "text",
    attachments: [],
    reactions: [],
    source: "facebook/inbox",
    ...more,
    sentAt,
    text,
  };
}

function told(entries: PlacedEntry[]): Told {
  return { asOf: 1, entries };
}

/** Sorted by time; what has none stays where it stands. */
function inOrder(entries: PlacedEntry[]): PlacedEntry[] {
  const times = entries.flatMap(({ sentAt }) => sentAt ?? []).sort();
  return entries.map((entry) =>
    entry.sentAt === null ? entry : { ...entry, sentAt: times.shift() as number },
  );
}

async function merge(all: Told[], batchSize = 7) {
  const sources = all.map(({ entries, asOf }) => ({ batches: batches(entries, batchSize), asOf }));
  const result = { entries: [] as PlacedEntry[], duplicates: 0 };
  for await (const { entries, duplicates } of mergeSources(sources)) {
    result.entries.push(...entries);
    result.duplicates += duplicates;
  }
  return result;
}

async function* batches(entries: PlacedEntry[], size: number): AsyncGenerator<PlacedEntry[]> {
  for (let start = 0; start < entries.length; start += size) yield entries.slice(start, start + size);
}

/** How often each message is there, by the moment at which it stands. */
function countOf(entries: PlacedEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  let moment = 0;
  for (const { sender, sentAt, text } of entries) {
    moment = sentAt ?? moment;
    const key = `${moment} ${sentAt === null} ${sender} ${text}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

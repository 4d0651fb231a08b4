import fc from "fast-check";
import { expect, test } from "vitest";
import { BloomFilter } from "../../src/guard/bloom-filter.ts";
import { hashOfRun, WordReader } from "../../src/guard/word-reader.ts";

const hashOf = (words: string[]) => {
  const hash = hashOfRun(WordReader.after(words).words, words.length - 1, words.length);
  if (hash === undefined) throw new Error("There are no words.");
  return hash;
};
const runOfWords = fc.array(fc.stringMatching(/^[bcdfh][aeo][bcdfh][aeo]$/), { minLength: 5, maxLength: 5 });
/** A word for each number, in which no letter follows itself. */
const word = (prefix: string, number: number) => `${prefix}${[...String(Math.abs(number))].join("q")}`;

test("whatever was added is found", () => {
  fc.assert(
    fc.property(fc.array(runOfWords, { minLength: 1 }), fc.integer({ min: 1, max: 24 }), (runs, bits) => {
      const filter = BloomFilter.for(runs.length, bits);
      for (const run of runs) filter.add(hashOf(run));
      return runs.every((run) => filter.has(hashOf(run)));
    }),
  );
});

test.each([
  [6, 0.057],
  [10, 0.0083],
  [14, 0.0012],
])("with %i bits an entry, no more than its rate of others is taken for one", (bits, promised) => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const filter = BloomFilter.for(5000, bits);
      for (let entry = 0; entry < 5000; entry++)
        filter.add(hashOf([word("in", seed), word("x", entry), "and", "so", "on"]));
      const asked = 20_000;
      let taken = 0;
      for (let other = 0; other < asked; other++)
        if (filter.has(hashOf([word("in", seed), word("z", other), "and", "so", "on"]))) taken++;
      const expected = asked * filter.falseRate;
      expect(filter.falseRate).toBeLessThan(1.1 * promised);
      // Five standard deviations: chance passes that once in millions of times.
      return taken <= expected + 5 * Math.sqrt(expected) + 1;
    }),
    { numRuns: 10 },
  );
});

test("a filter is as large as it may be, and says what that costs", () => {
  const wide = BloomFilter.for(10_000, 24);
  const narrow = BloomFilter.for(10_000, 24, 5000);
  for (let entry = 0; entry < 10_000; entry++)
    for (const filter of [wide, narrow]) filter.add(hashOf(["a", "b", "c", "d", word("x", entry)]));

  expect([wide.bytes.length, narrow.bytes.length]).toEqual([30_000, 5000]);
  expect(wide.falseRate).toBeLessThan(2e-5);
  expect(narrow.falseRate).toBeGreaterThan(0.05);
});

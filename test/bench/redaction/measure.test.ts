import { expect, test } from "vitest";
import { measureRedaction } from "../../../src/bench/redaction/measure.ts";
import { createRedactor } from "../../../src/prepare/index.ts";

const options = { seed: 7, values: 2, conversations: 3_000, country: "GB" };

test("redaction finds what it is to find, and hardly anything else", () => {
  const { recall, precision } = measureRedaction(createRedactor, options);

  for (const { name, minRecall, all } of recall) {
    expect(all.values, name).toBeGreaterThan(100);
    expect(all.found / all.values, name).toBeGreaterThanOrEqual(minRecall);
    expect(all.wrong / all.replaced, name).toBeLessThan(0.01);
  }
  for (const { name, wrongIn10000, maxWrongIn10000 } of precision)
    expect(wrongIn10000, name).toBeLessThanOrEqual(maxWrongIn10000);
});

test("what replaces nothing finds nothing, and what replaces everything is wrong", () => {
  const nothing = measureRedaction(() => ({ openConversation: () => (text) => text }), options);
  const everything = measureRedaction(
    ({ onFound }) => ({
      openConversation: () => (text) => {
        onFound({ words: text });
        return "[private]";
      },
    }),
    options,
  );

  for (const { all } of nothing.recall) expect(all).toMatchObject({ found: 0, replaced: 0, wrong: 0 });
  for (const { wrong } of nothing.precision) expect(wrong).toBe(0);
  for (const { all } of everything.recall) expect(all.found).toBe(all.values);
  for (const { wrong, messages } of everything.precision) expect(wrong).toBe(messages);
});

test("the same seed invents the same values; every spelling has one", () => {
  const shown = (seed: number) => {
    const texts: string[] = [];
    measureRedaction(
      () => ({
        openConversation: () => (text) => {
          texts.push(text);
          return text;
        },
      }),
      { ...options, seed, conversations: 100 },
    );
    return texts;
  };

  expect(shown(1)).toEqual(shown(1));
  expect(shown(2)).not.toEqual(shown(1));
  expect(shown(1).filter((text) => /[{}«»]/.test(text))).toEqual([]);
});

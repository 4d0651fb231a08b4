import fc from "fast-check";
import { expect, test } from "vitest";
import { foldText } from "../../../src/prepare/redaction/folded-text.ts";
import { Signal, signalsOf } from "../../../src/prepare/redaction/signals.ts";

test.each([
  ["٠١٢٣٤٥٦٧٨٩", "0123456789"],
  ["०१२", "012"],
  ["𝟎𝟗𝟬𝟵", "0909"],
  ["Ａｂ＠１．", "Ab@1."],
  ["1️⃣2️⃣", "12"],
  ["①²₃", "123"],
  ["9\u200b1\u00ad2", "912"],
  ["a\u00a0b\u2003c\u2011d", "a b c-d"],
  ["e\u0301", "e\u0301"],
])("%j is read as %j", (typed, read) => {
  expect(foldText(typed).text).toBe(read);
});

test("positions lead back to the typed text, in order, from its beginning to its end", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(fc.constantFrom("1\u0336", "１", "\u200b", "𝟎", "😂"), fc.string()) }),
      (typed) => {
        const { text, toTyped } = foldText(typed);
        const positions = Array.from({ length: text.length + 1 }, (_, index) => toTyped(index));

        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        expect(positions.at(-1)).toBe(typed.length);
      },
    ),
    { numRuns: 300, seed: 2026 },
  );
});

test("a text that reads differently is known by its signals, and its digits are counted", () => {
  const pieces = fc.constantFrom(
    "a",
    " ",
    "é",
    "ç",
    "日",
    "😂",
    "1",
    "١",
    "９",
    "𝟎",
    "\u200b",
    "\u00a0",
    "＠",
    "1\u0336",
    "²",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (drawn) => {
      const typed = drawn.join("");
      const { text } = foldText(typed);

      if (text !== typed) expect(signalsOf(typed) & Signal.disguise).not.toBe(0);
      expect(signalsOf(typed) & Signal.digits).toBeGreaterThanOrEqual(text.match(/\d/g)?.length ?? 0);
    }),
    { numRuns: 500, seed: 2026 },
  );
});

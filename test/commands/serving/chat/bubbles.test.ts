import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import {
  bubbleLines,
  columnOf,
  cut,
  lookOf,
  plainLook,
  wrapped,
} from "../../../../src/commands/serving/chat/bubbles.ts";

test("text is broken between words, and words only where they are longer than a line", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("one\n\ntwo", 7)).toEqual(["one", "", "two"]);
  expect(wrapped("a https://example.org/x", 10)).toEqual(["a", "https://ex", "ample.org/", "x"]);
});

test("no character is cut, and wide ones take two cells", () => {
  expect(cut("👨‍👩‍👧👍🏽é", 3)).toEqual(["👨‍👩‍👧", "👍🏽é"]);
  expect(cut("日本語", 4)).toEqual(["日本", "語"]);
});

test("whatever is said, no line is wider than the terminal, and every visible character is there", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.integer({ min: 20, max: 200 }),
      fc.constantFrom("own" as const, "theirs" as const),
      fc.constantFrom(plainLook, lookOf(8), lookOf(8, "0;15"), lookOf(4)),
      (text, columns, side, look) => {
        const lines = bubbleLines(text, side, look, columnOf(columns));
        for (const line of lines) expect(stringWidth(line)).toBeLessThan(columns);
      },
    ),
  );
});

test("on a wide terminal, a conversation keeps to a column that can be read", () => {
  expect([columnOf(40), columnOf(80), columnOf(140), columnOf(5)]).toEqual([39, 79, 100, 12]);
});

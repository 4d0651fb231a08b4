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

test("on a terminal of 256 colours, all that is written can be read on a dark ground and on a light one", () => {
  const [black, white] = [16, 231];
  for (const colours of ["15;0", "0;15", ""]) {
    const { own, theirs, aside } = lookOf(8, colours);
    for (const paint of [own, theirs]) {
      const [, ground, letters] = /48;5;(\d+);38;5;(\d+)/.exec(paint("x")) ?? [];
      expect(contrast(Number(ground), Number(letters))).toBeGreaterThanOrEqual(4.5);
    }
    const grey = Number(/38;5;(\d+)/.exec(aside("x"))?.[1]);
    expect(contrast(grey, black)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(grey, white)).toBeGreaterThanOrEqual(4.5);
  }
});

/** The contrast of two of xterm's 256 colours, as WCAG 2 has it. */
function contrast(one: number, other: number): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: number): number {
  const [red = 0, green = 0, blue = 0] = rgbOf(colour).map((value) =>
    value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Of the cube and of the greys: the first sixteen look different on each terminal. */
function rgbOf(colour: number): number[] {
  if (colour >= 232) return Array.from({ length: 3 }, () => 8 + 10 * (colour - 232));
  const steps = [Math.floor((colour - 16) / 36), Math.floor((colour - 16) / 6) % 6, (colour - 16) % 6];
  return steps.map((step) => (step === 0 ? 0 : 55 + 40 * step));
}

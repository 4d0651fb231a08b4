import { expect, test } from "vitest";
import { shorten } from "../../../src/page/chart.ts";
import { formatCountTick, formatDuration, formatRoughly, formatShare } from "../../../src/page/numbers.ts";

test("a label is one line of the characters there is room for, whatever its text is", () => {
  expect(shorten("Ana\n\n Lima", 20)).toBe("Ana Lima");
  expect(shorten("👍🏽".repeat(9), 5)).toHaveLength(9);
  expect(shorten("\u202Eevil", 20)).toBe("U+202Eevil");
  expect(shorten(`Z${"\u0351".repeat(40)}o`, 20)).toBe("Z\u0351\u0351o");
});

test("figures are rounded to what a reader takes in, and stay with their units", () => {
  const plain = (text: string) => text.replaceAll("\u00a0", " ");

  expect([9_999, 44_810, 999_499, 1_234_567, 9_950_000].map(formatRoughly).map(plain)).toEqual([
    "9,999",
    "45 k",
    "999 k",
    "1.2 M",
    "10 M",
  ]);
  expect([0, 0.0042, 0.0995, 0.5, 1].map(formatShare).map(plain)).toEqual([
    "0 %",
    "0.4 %",
    "10 %",
    "50 %",
    "100 %",
  ]);
  expect([0.4, 15.6, 90, 3600, 400_000].map(formatDuration).map(plain)).toEqual([
    "0.4 s",
    "16 s",
    "1.5 min",
    "1 h",
    "4.6 d",
  ]);
  expect([0, 0.5, 500, 1500].map(formatCountTick)).toEqual(["0", "", "500", "1.5k"]);
});

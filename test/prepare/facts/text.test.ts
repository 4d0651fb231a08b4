import { expect, test } from "vitest";
import { emojiIn } from "../../../src/prepare/facts/emoji.ts";
import { binOf, quantile } from "../../../src/prepare/facts/histogram.ts";
import { localClock } from "../../../src/prepare/facts/local-time.ts";
import {
  countWords,
  joinThreads,
  severalThreads,
  type WordCounts,
} from "../../../src/prepare/facts/words.ts";

test("an emoji of several code points is one, with or without its variation selector", () => {
  expect(emojiIn("ok 👨‍👩‍👧 ❤️ ❤ 👍🏽 🇵🇹 1️⃣ 🏃‍♀️ ✌🏽")).toEqual([
    "👨‍👩‍👧",
    "❤️",
    "❤️",
    "👍🏽",
    "🇵🇹",
    "1️⃣",
    "🏃‍♀️",
    "✌🏽",
  ]);
  expect(emojiIn("© 2018, 5 # * ™ it’s … fine")).toEqual([]);
});

test("words are lower-cased; placeholders, links, addresses and codes are none", () => {
  const words: WordCounts = {};
  const text =
    "Don’t DON'T stop!!\nÉlodie [phone] call [phone 2] www.example.org/x a@b.org pin1234 42 naïve-ish";
  countWords(words, text, 0, 7);

  expect(Object.keys(words).toSorted()).toEqual(["call", "don't", "ish", "naïve", "stop", "élodie"]);
  expect(words["don't"]).toEqual([2, 0, 7, 0]);
});

test("a word in two threads is told from a word in one", () => {
  expect(joinThreads(0, 5)).toBe(5);
  expect(joinThreads(5, 5)).toBe(5);
  expect(joinThreads(5, 6)).toBe(severalThreads);
  expect(joinThreads(severalThreads, 0)).toBe(severalThreads);
});

test("hours and weekdays are those of the zone, on both sides of a change of clocks", () => {
  const lisbon = localClock("Europe/Lisbon");

  // Clocks went from 01:00 to 02:00 on Sunday 25 March 2018.
  expect(lisbon(Date.UTC(2018, 2, 25, 0, 59))).toMatchObject({ weekday: 6, hour: 0 });
  expect(lisbon(Date.UTC(2018, 2, 25, 1, 0))).toMatchObject({ weekday: 6, hour: 2 });
  expect(localClock("Asia/Kolkata")(Date.UTC(2018, 0, 1, 18, 30))).toMatchObject({ weekday: 1, hour: 0 });
  expect(localClock("America/St_Johns")(Date.UTC(2018, 0, 1, 3, 29))).toMatchObject({ weekday: 6, hour: 23 });
});

test("quantiles are read within a bin, or as its lowest value where each bin is one number", () => {
  const edges = [0, 10, 20, 40];

  expect(binOf(edges, 19.9)).toBe(1);
  expect(binOf(edges, 1e9)).toBe(3);
  expect(quantile([0, 4, 4, 0], edges, 0.25)).toBe(15);
  expect(quantile([0, 4, 4, 0], edges, 0.75)).toBe(30);
  expect(quantile([3, 1, 0, 0], edges, 0.5, { isWhole: true })).toBe(0);
  expect(quantile([0, 0, 0, 0], edges, 0.5)).toBeNull();
});

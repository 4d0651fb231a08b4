import { expect, test } from "vitest";
import { timeLeft } from "../../../src/commands/eval/time-left.ts";

test("the time to measure is what was asked for, by which an interrupted evaluation goes on", () => {
  const aMinuteAgo = performance.now() - 60_000;

  expect(timeLeft({ seconds: 600 }, aMinuteAgo)).toBe(600);
  expect(timeLeft({ calibrate: true }, aMinuteAgo)).toBeUndefined();
});

test("calibrating takes of it, and leaves a second at least", () => {
  const aMinuteAgo = performance.now() - 60_000;

  expect(timeLeft({ seconds: 600, calibrate: true }, aMinuteAgo)).toBeLessThanOrEqual(540);
  expect(timeLeft({ seconds: 30, calibrate: true }, aMinuteAgo)).toBe(1);
});

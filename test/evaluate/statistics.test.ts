import { expect, test } from "vitest";
import { differenceOf, isReal, wilsonInterval } from "../../src/evaluate/statistics.ts";

test("Wilson's interval is that of the tables, and stays within shares", () => {
  const half = wilsonInterval(5, 10);
  expect([half.low, half.high].map((bound) => bound.toFixed(3))).toEqual(["0.237", "0.763"]);
  expect(wilsonInterval(0, 10)).toMatchObject({ value: 0, low: 0 });
  expect(wilsonInterval(0, 10).high.toFixed(3)).toBe("0.278");
  expect(wilsonInterval(10, 10).high).toBe(1);
  expect(wilsonInterval(0, 0)).toEqual({ value: 0.5, low: 0, high: 1 });
});

test("a difference is real once its interval leaves zero out", () => {
  const around = (value: number, by: number) => ({ value, low: value - by, high: value + by });

  expect(differenceOf(around(0.6, 0.03), around(0.7, 0.04))).toEqual({
    value: expect.closeTo(0.1),
    low: expect.closeTo(0.05),
    high: expect.closeTo(0.15),
  });
  expect(isReal(differenceOf(around(0.6, 0.03), around(0.7, 0.04)))).toBe(true);
  expect(isReal(differenceOf(around(0.6, 0.03), around(0.64, 0.04)))).toBe(false);
  expect(isReal(differenceOf(around(0.7, 0.03), around(0.6, 0.04)))).toBe(true);
});

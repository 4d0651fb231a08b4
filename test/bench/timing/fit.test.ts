import { expect, test } from "vitest";
import { kolmogorovSmirnov, pinballLoss, quantileOf } from "../../../src/bench/timing/fit.ts";

test("the distance is the largest between the two cumulative distributions", () => {
  expect(kolmogorovSmirnov([1, 2, 3, 4], [1, 2, 3, 4])).toBe(0);
  expect(kolmogorovSmirnov([1, 2], [3, 4])).toBe(1);
  // Below 3 lie half of the first and all of the second.
  expect(kolmogorovSmirnov([1, 2, 3, 4], [1, 2])).toBe(0.5);
  expect(kolmogorovSmirnov([5, 5, 5, 6], [5, 6, 6, 6])).toBe(0.5);
});

test("a forecast costs less the nearer its quantiles are", () => {
  const values = Array.from({ length: 100 }, (_, index) => index);
  const right = pinballLoss(values, (_, share) => quantileOf(values, share));

  expect(right).toBeLessThan(pinballLoss(values, () => quantileOf(values, 0.5)));
  expect(right).toBeLessThan(pinballLoss(values, (_, share) => quantileOf(values, 1 - share)));
  expect(pinballLoss([7], () => 7)).toBe(0);
});

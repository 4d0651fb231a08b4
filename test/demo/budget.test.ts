import { expect, test } from "vitest";
import { planDemo } from "../../src/demo/index.ts";

test("a machine of half the speed trains on less than half, in the same time", () => {
  const quick = planDemo(5, 280);
  const slow = planDemo(5, 140);

  expect(quick.steps).toBe(117);
  expect(slow.steps).toBeLessThan(quick.steps / 2);
  for (const { expectedMinutes } of [quick, slow]) {
    expect(expectedMinutes).toBeGreaterThan(4.5);
    expect(expectedMinutes).toBeLessThanOrEqual(5);
  }
});

test("a machine that is too slow for the time says how long it will really take", () => {
  const { steps, expectedMinutes } = planDemo(1, 100);

  expect(steps).toBe(16);
  expect(expectedMinutes).toBeCloseTo((24_000 + 16 * 512) / 100 / 60);
});

test("a demo of some length measures its run at the end, within its time", () => {
  const { evaluates, expectedMinutes } = planDemo(15, 280);

  expect(evaluates).toBe(true);
  expect(expectedMinutes).toBeGreaterThan(14.5);
  expect(expectedMinutes).toBeLessThanOrEqual(15);
});

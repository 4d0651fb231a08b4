import { expect, test } from "vitest";
import {
  dropWorst,
  type Figures,
  isAmongBest,
  planRungs,
  wholeRuns,
} from "../../../src/train/sweep/halving.ts";

test.each([
  [1, []],
  [2, []],
  [3, [[1 / 3, 2]]],
  [6, [[1 / 3, 2]]],
  [
    7,
    [
      [1 / 9, 3],
      [1 / 3, 2],
    ],
  ],
  [
    9,
    [
      [1 / 9, 3],
      [1 / 3, 2],
    ],
  ],
  [
    16,
    [
      [1 / 9, 6],
      [1 / 3, 2],
    ],
  ],
  [
    48,
    [
      [1 / 9, 16],
      [1 / 3, 6],
    ],
  ],
] as [number, [number, number][]][])(
  "%i runs wait for each other at these shares, and so many go on",
  (runs, rungs) => {
    const planned = planRungs(runs);

    expect(planned.map(({ keep }) => keep)).toEqual(rungs.map(([, keep]) => keep));
    for (const [index, [share]] of rungs.entries()) expect(planned[index]?.share).toBeCloseTo(share, 12);
  },
);

test("nine runs are the work of three whole ones", () => {
  expect(wholeRuns(9, planRungs(9))).toBeCloseTo(9 / 9 + 3 * (2 / 9) + 2 * (2 / 3), 12);
  expect(wholeRuns(2, planRungs(2))).toBe(2);
});

test("every sweep ends with its best run among two or more, for less work than all whole runs", () => {
  for (let runs = 1; runs <= 100; runs++) {
    const rungs = planRungs(runs);
    const figures = Object.fromEntries(shuffled(runs).map((bits, index) => [`run-${index}`, bits]));
    const best = Object.keys(figures).find((id) => figures[id] === 0) as string;
    let left: Figures = figures;
    for (const { keep } of rungs) {
      const dropped = dropWorst(left, keep);
      left = Object.fromEntries(Object.entries(left).filter(([id]) => !dropped.includes(id)));
      expect(Object.keys(left)).toHaveLength(keep);
    }
    expect(Object.keys(left)).toContain(best);
    expect(wholeRuns(runs, rungs)).toBeLessThanOrEqual(runs);
    expect(rungs.map(({ share }) => share)).toEqual(rungs.map(({ share }) => share).toSorted());
  }
});

test("what was not measured is dropped first, and of equals the one that was asked for last", () => {
  expect(dropWorst({ a: null, b: 1.5, c: 1.5, d: 1.2 }, 2)).toEqual(["c", "a"]);
  expect(dropWorst({ a: null, b: 1.5 }, 2)).toEqual([]);
});

test("a latecomer goes on if it would have been among the best", () => {
  const decided = { figures: { a: 1.2, b: 1.3, c: 1.4 }, keep: 2 };

  expect(isAmongBest(1.25, decided)).toBe(true);
  expect(isAmongBest(1.3, decided)).toBe(false);
  expect(isAmongBest(null, decided)).toBe(false);
});

/** 0 … n − 1 in an order that follows from n. */
function shuffled(n: number): number[] {
  const numbers = Array.from({ length: n }, (_, index) => index);
  return numbers.toSorted((a, b) => ((a * 7919 + n) % 101) - ((b * 7919 + n) % 101));
}

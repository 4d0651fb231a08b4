import fc from "fast-check";
import { expect, test } from "vitest";
import { drawCurve } from "../../../src/commands/runs/chart.ts";

test("a falling line falls from the top left to the bottom right", () => {
  const lines = drawCurve(
    [
      [0, 4],
      [10, 1],
    ],
    { width: 8, height: 2 },
  );

  expect(lines).toEqual(["   4.000 ┤⠉⠒⠤⣀⠀⠀⠀⠀", "   1.000 ┤⠀⠀⠀⠀⠉⠒⠤⣀", "          0     10"]);
});

test("every curve of two points or more fills every column of its frame and nothing beside it", () => {
  const coordinate = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  const points = fc.array(fc.tuple(fc.nat(1_000_000), coordinate), { minLength: 2, maxLength: 300 });
  fc.assert(
    fc.property(points, (points) => {
      const lines = drawCurve(points, { width: 20, height: 5 });
      const cells = lines.slice(0, 5).map((line) => [...(line.split("┤")[1] ?? "")]);
      const isOneColumn = new Set(points.map(([x]) => x)).size === 1;
      expect(cells.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20]);
      for (let column = 0; column < 20 && !isOneColumn; column++) {
        expect(cells.some((line) => line[column] !== "⠀")).toBe(true);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});

test("losses that are no numbers are left out, and one point is no curve", () => {
  expect(drawCurve([[1, 2]])).toEqual([]);
  expect(
    drawCurve([
      [1, 2],
      [2, Number.NaN],
      [3, Number.POSITIVE_INFINITY],
    ]),
  ).toEqual([]);
});

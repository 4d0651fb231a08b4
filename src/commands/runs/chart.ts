/** One curve: its points as `[x, y]`, in any order. */
export type Points = [number, number][];

/** The dots of a Braille cell, two columns of four, as bits from U+2800. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/**
 * Draws a curve in Braille, with the scale of y at its left and of x below it.
 *
 * @param width Cells of the drawing, without the labels; each is 2 × 4 dots.
 */
export function drawCurve(points: Points, { width = 60, height = 8 } = {}): string[] {
  const finite = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (finite.length < 2) return [];
  const [xRange, yRange] = [rangeOf(finite.map(([x]) => x)), rangeOf(finite.map(([, y]) => y))];
  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  const last = { column: 2 * width - 1, row: 4 * height - 1 };
  for (const [x, y] of throughEveryColumn(finite, xRange, last.column)) {
    const row = Math.round((1 - share(y, yRange)) * last.row);
    const line = cells[row >> 2] as number[];
    line[x >> 1] = (line[x >> 1] ?? 0) | (dots[row & 3]?.[x & 1] ?? 0);
  }
  return [...withScale(cells, yRange), xScale(xRange, width)];
}

interface Range {
  from: number;
  to: number;
}

function rangeOf(values: number[]): Range {
  // Not spread into Math.min: a long run has more steps than a call may have arguments.
  return values.reduce(({ from, to }, value) => ({ from: Math.min(from, value), to: Math.max(to, value) }), {
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
  });
}

function share(value: number, { from, to }: Range): number {
  return to === from ? 0.5 : (value - from) / (to - from);
}

/** The mean of the points in each column of dots; columns between two points lie on the line through them. */
function* throughEveryColumn(points: Points, range: Range, lastColumn: number): Generator<[number, number]> {
  const means = columnMeans(points, range, lastColumn);
  for (const [index, [column, y]] of means.entries()) {
    const [nextColumn, nextY] = means[index + 1] ?? [column + 1, y];
    for (let x = column; x < nextColumn; x++) {
      yield [x, y + ((nextY - y) * (x - column)) / (nextColumn - column)];
    }
  }
}

function columnMeans(points: Points, range: Range, lastColumn: number): [number, number][] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [x, y] of points) {
    const column = Math.round(share(x, range) * lastColumn);
    const { sum, count } = sums.get(column) ?? { sum: 0, count: 0 };
    sums.set(column, { sum: sum + y, count: count + 1 });
  }
  return [...sums]
    .map(([column, { sum, count }]): [number, number] => [column, sum / count])
    .sort(([a], [b]) => a - b);
}

const labelWidth = 8;

function withScale(cells: number[][], { from, to }: Range): string[] {
  return cells.map((line, index) => {
    const value = index === 0 ? to : index === cells.length - 1 ? from : undefined;
    const label = value === undefined ? "" : value.toFixed(3);
    return `${label.padStart(labelWidth)} ┤${String.fromCodePoint(...line.map((bits) => 0x2800 + bits))}`;
  });
}

function xScale({ from, to }: Range, width: number): string {
  const right = String(to);
  return `${" ".repeat(labelWidth + 2)}${String(from).padEnd(width - right.length)}${right}`;
}

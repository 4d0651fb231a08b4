/**
 * Histograms as bare arrays of counts: bin `i` holds the values in `[edges[i], edges[i + 1])`, the last one is open.
 */

/** Seconds, in half octaves of whole numbers up to twelve days: 0, 1, 2, 3, 4, 6, 8, 12, 16, … */
export const durationEdges = [0, ...halfOctaves(20)];

/** Characters (code points) of a message, in half octaves: 1, 2, 3, 4, 6, 8, 12, 16, … 4096. */
export const characterEdges = halfOctaves(12);

/** Characters of a bubble, coarser: the classes by which the delay before it is kept. */
export const typingEdges = [1, 6, 11, 21, 41, 81, 161, 321];

function halfOctaves(octaves: number): number[] {
  const pairs = Array.from({ length: octaves - 1 }, (_, index) => [2 ** (index + 1), 3 * 2 ** index]);
  return [1, ...pairs.flat(), 2 ** octaves];
}

export function emptyCounts(edges: number[]): number[] {
  return Array(edges.length).fill(0);
}

/** Index of the bin of a value; what lies below the first edge falls into the first bin. */
export function binOf(edges: number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}

export function count(counts: number[], edges: number[], value: number): void {
  const bin = binOf(edges, value);
  counts[bin] = (counts[bin] as number) + 1;
}

export function total(counts: number[]): number {
  return counts.reduce((sum, each) => sum + each, 0);
}

/**
 * The value below which a share of all values lies, read linearly within its bin.
 *
 * With `isWhole`, the lowest value of that bin: exact where each bin is one whole number. Null when nothing was counted.
 */
export function quantile(
  counts: number[],
  edges: number[],
  share: number,
  { isWhole = false } = {},
): number | null {
  const wanted = share * total(counts);
  let below = 0;
  for (const [bin, inBin] of counts.entries()) {
    if (inBin > 0 && below + inBin >= wanted) {
      const from = edges[bin] as number;
      const to = edges[bin + 1] ?? from;
      return isWhole ? from : from + ((to - from) * (wanted - below)) / inBin;
    }
    below += inBin;
  }
  return null;
}

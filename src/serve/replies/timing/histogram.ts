/** Counts of values by size: `counts[i]` lie in `[edges[i], edges[i + 1])`, and the last bin is open. */
export interface Histogram {
  edges: readonly number[];
  counts: readonly number[];
}

/**
 * The value below which a share of all lies: the inverse of the cumulative distribution, so that a share drawn at random
 * draws a value; 0 where nothing was counted.
 *
 * Durations spread over octaves: within a bin they are read on a logarithmic scale, and in one that begins at 0, evenly.
 */
export function valueAt({ edges, counts }: Histogram, share: number): number {
  const wanted = share * sumOf(counts);
  let below = 0;
  let last = 0;
  for (const [bin, inBin] of counts.entries()) {
    if (inBin <= 0) continue;
    const from = edges[bin] ?? 0;
    const to = edges[bin + 1] ?? from;
    if (below + inBin > wanted) return between(from, to, (wanted - below) / inBin);
    below += inBin;
    last = to;
  }
  return last;
}

function between(from: number, to: number, share: number): number {
  return from > 0 ? from * (to / from) ** share : to * share;
}

export function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Of classes by size, the last one that begins at or below a value; for a value below all, the first. */
export function classOf<T>(
  value: number,
  classes: readonly T[],
  startOf: (each: T) => number,
): T | undefined {
  return classes.findLast((each) => startOf(each) <= value) ?? classes[0];
}

/** The largest distance between the cumulative distributions of two samples (Kolmogorov and Smirnov): 0 to 1. */
export function kolmogorovSmirnov(one: number[], other: number[]): number {
  const [a, b] = [one.toSorted(byValue), other.toSorted(byValue)];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  return distance;
}

/** Nine quantiles, and what a forecast of each costs: more where it is on the wrong side of what came. */
export const quantiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Mean pinball loss of forecasts for every quantile. */
export function pinballLoss(values: number[], forecast: (index: number, quantile: number) => number): number {
  const losses = values.flatMap((value, index) =>
    quantiles.map((quantile) => {
      const miss = value - forecast(index, quantile);
      return Math.max(quantile * miss, (quantile - 1) * miss);
    }),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length);
}

/** The value below which such a share of a sample lies. */
export function quantileOf(values: number[], share: number): number {
  const sorted = values.toSorted(byValue);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function byValue(one: number, other: number): number {
  return one - other;
}

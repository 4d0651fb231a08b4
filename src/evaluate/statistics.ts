import type { Interval } from "../handoffs/index.ts";

/** Of the normal distribution, for 95 %. */
export const deviations = 1.96;

/** A share and its 95 % interval, which holds for few and for extreme ones too. */
export function wilsonInterval(hits: number, trials: number): Interval {
  if (trials === 0) return { value: 0.5, low: 0, high: 1 };
  const share = hits / trials;
  const square = deviations ** 2 / trials;
  const middle = (share + square / 2) / (1 + square);
  const half =
    (deviations / (1 + square)) * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials));
  return { value: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The difference of two figures that were measured apart, with the interval of both together. */
export function differenceOf(first: Interval, second: Interval): Interval {
  const value = second.value - first.value;
  return {
    value,
    low: value - Math.hypot(second.value - second.low, first.high - first.value),
    high: value + Math.hypot(second.high - second.value, first.value - first.low),
  };
}

/** Whether an interval leaves no doubt on which side of zero it lies. */
export function isReal({ low, high }: Interval): boolean {
  return low > 0 || high < 0;
}

/** A figure as an interval, of itself alone where no other is known. */
export function asInterval(value: Interval | number): Interval {
  return typeof value === "number" ? { value, low: value, high: value } : value;
}

import { formatCount, formatPlural, formatRoughDuration } from "../terminal.ts";

export { formatCount, formatPlural };

/** Figures and their units are never parted: the space between them does not break. */

/** A share of 1 as a percentage, with a decimal below 10 %. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  const digits = percent !== 0 && percent < 9.95 ? 1 : 0;
  return `${percent.toFixed(digits)}\u00a0%`;
}

/** `1.2 M`, `658 k`: for big numbers, where digits would only distract. */
export function formatRoughly(value: number): string {
  if (value < 10_000) return formatCount(value);
  if (value < 999_500) return `${Math.round(value / 1000)}\u00a0k`;
  return value < 9_950_000
    ? `${(value / 1e6).toFixed(1)}\u00a0M`
    : `${formatCount(Math.round(value / 1e6))}\u00a0M`;
}

/** A percentage on an axis, where ticks are round. */
export function formatShareTick(share: number): string {
  return `${Number((100 * share).toFixed(2))}\u00a0%`;
}

/** A count on an axis: `0`, `500`, `1.5k`; nothing between whole numbers. */
export function formatCountTick(count: number): string {
  if (!Number.isInteger(count)) return "";
  return count < 1000 ? String(count) : `${count / 1000}k`;
}

/** A duration on a page: `45 s`, `3 min`, `1.5 h`. */
export function formatDuration(seconds: number): string {
  return formatRoughDuration(seconds).replace(" ", "\u00a0");
}

/** `13 Apr 2018`, of days since 1970-01-01. */
export function formatDay(day: number): string {
  return date.format(day * 86_400_000);
}

/** The same, of a time as JSON writes it. */
export function formatDate(time: string): string {
  return date.format(new Date(time));
}

const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

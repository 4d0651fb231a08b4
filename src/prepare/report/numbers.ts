import { formatCount } from "../../terminal.ts";

export { formatCount };

/** A share of 1 as a percentage, with a decimal below 10 %. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  const digits = percent !== 0 && percent < 9.95 ? 1 : 0;
  return `${percent.toFixed(digits)} %`;
}

/** `1.2 M`, `658 k`: for big numbers, where digits would only distract. */
export function formatRoughly(value: number): string {
  if (value < 10_000) return formatCount(value);
  if (value < 999_500) return `${Math.round(value / 1000)} k`;
  return value < 9_950_000 ? `${(value / 1e6).toFixed(1)} M` : `${formatCount(Math.round(value / 1e6))} M`;
}

const durationUnits: [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** The largest fitting unit: `45 s`, `3 min`, `1.5 h`. */
export function formatDuration(seconds: number): string {
  const [unitSeconds, name] = durationUnits.find(([unit]) => seconds >= unit) ?? [1, "s"];
  const value = seconds / unitSeconds;
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)} ${name}`;
}

/** `13 Apr 2018`, of days since 1970-01-01. */
export function formatDay(day: number): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" }).format(day * 86_400_000);
}

import { UsageError } from "../../errors.ts";

/**
 * The first moment of a day, in the time of this machine: the one that people remember, and that the report counts in.
 *
 * @returns Unix time in milliseconds.
 * @throws {UsageError} for what is no day: the 31st of February is none.
 */
export function readDay(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  if (date.getMonth() === Number(month) - 1 && date.getDate() === Number(day)) return date.getTime();
  throw new UsageError(`"${text}" is not a day.`, { fix: "Write it as year-month-day, such as 2018-01-31." });
}

/**
 * The first moment of a day such as `2018-01-31`, in the time of this machine: the one that people remember, and that
 * the report counts in.
 *
 * @returns Unix time in milliseconds; undefined for what is no day: the 31st of February is none.
 */
export function startOfDay(text: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  const exists = date.getMonth() === Number(month) - 1 && date.getDate() === Number(day);
  return exists ? date.getTime() : undefined;
}

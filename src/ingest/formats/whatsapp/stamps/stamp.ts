/** Date and time as they stand before a message, in the digits, separators and words of the phone's language. */
import { type Day, gregorianDay, isEra } from "./calendar.ts";
import { type ClockWord, hourAt } from "./clock-word.ts";
import { hourOf, isPeriod, monthOf, plainWord } from "./date-words.ts";

export type DateOrder = "dmy" | "mdy" | "ymd";

export const dateOrders: readonly DateOrder[] = ["dmy", "mdy", "ymd"];

export interface Stamp {
  /** The date as it stands. */
  numbers: [string, string, string];
  /** Where words say which number is which. */
  order?: DateOrder | undefined;
  /** The word for a count of years, where there is one. */
  era: string;
  /** Such as `23. 12. 31.`, which is how Korean writes a year of two digits in front. */
  isSpaced: boolean;
  /** Of 0 to 23; undefined where a word beside the time is not known. */
  hour: number | undefined;
  /** As it stands. */
  clockHour: number;
  minute: number;
  second: number;
  /** The word beside the time where it is not known; else empty. */
  word: string;
  /** What all stamps of a file have in common: separators, and which of the parts there are. */
  shape: string;
}

/**
 * The moment in local time; undefined when this order gives no day, or one before WhatsApp, and where nothing tells the half of
 * the day.
 *
 * @param word What the whole file tells of the word beside the time.
 */
export function timeOf(stamp: Stamp, asked: DateOrder, word?: ClockWord): number | undefined {
  const hour = stamp.hour ?? hourAt(stamp.clockHour, word);
  const day = hour === undefined ? undefined : dayIn(stamp, stamp.order ?? asked);
  return day && new Date(day.year, day.month - 1, day.day, hour, stamp.minute, stamp.second).getTime();
}

/** The beginning of the day in local time. */
export function dayOf(stamp: Stamp, asked: DateOrder): number | undefined {
  const day = dayIn(stamp, stamp.order ?? asked);
  return day && new Date(day.year, day.month - 1, day.day).getTime();
}

/** Of the stamp that was read last in each order: most messages are of the day of the one before them. */
const lastDays: Partial<Record<DateOrder, { of: Stamp; day: Day | undefined }>> = {};

function dayIn(stamp: Stamp, order: DateOrder): Day | undefined {
  const last = lastDays[order];
  if (last !== undefined && haveOneDate(last.of, stamp)) return last.day;
  const day = readDay(stamp, order);
  lastDays[order] = { of: stamp, day };
  return day;
}

function haveOneDate(one: Stamp, other: Stamp): boolean {
  return (
    one.numbers.every((number, index) => number === other.numbers[index]) &&
    one.era === other.era &&
    one.isSpaced === other.isSpaced
  );
}

function readDay(stamp: Stamp, order: DateOrder): Day | undefined {
  const [first, second, third] = stamp.numbers;
  const byOrder = { dmy: [third, second, first], mdy: [third, first, second], ymd: [first, second, third] };
  const [year, month, day] = byOrder[order] as [string, string, string];
  // No language but Korean puts a year of two digits in front.
  if (order === "ymd" && year.length < 3 && !stamp.isSpaced && stamp.era === "") return undefined;
  const date = gregorianDay(year, month, day, stamp.era);
  return date === undefined || date.year < firstYear || date.year >= 2100 ? undefined : date;
}

const firstYear = 2009;

/** @param separator The number of its group: a name would make an object of every match. */
const dateWith = (separator: number) => `(\\d{1,4})([./-]) ?(\\d{1,2})\\${separator} ?(\\d{1,4})\\.?`;
const clock = "(\\d{1,2})(?:[:.]| ?h ?)(\\d{2})(?:[:.](\\d{2}))?";
const dateFirst = new RegExp(`^${dateWith(2)}([,،]?) *(\\D*?) *${clock} *(\\D*)$`, "iu");
const timeFirst = new RegExp(`^(\\D*?) *${clock} *([^\\d,،]*?)([,،]?) *(?:ngày )?${dateWith(8)}$`, "iu");

export function readStamp(written: string): Stamp | undefined {
  const text = plain(written);
  return readNumbers(text) ?? readNumbersAndWords(text);
}

function readNumbers(text: string): Stamp | undefined {
  const parts = dateFirst.exec(text);
  if (parts !== null) {
    const [, first, separator, second, third, comma, before, hours, minutes, seconds, after] = parts;
    return stampOf(
      { text, first, separator, second, third, hours, minutes, seconds, before, after },
      `d${comma}`,
    );
  }
  const swapped = timeFirst.exec(text);
  if (swapped === null) return undefined;
  const [, before, hours, minutes, seconds, after, comma, first, separator, second, third] = swapped;
  return stampOf(
    { text, first, separator, second, third, hours, minutes, seconds, before, after },
    `t${comma}`,
  );
}

type Parts = Record<"text" | PartName, string | undefined>;
type PartName =
  | "first"
  | "separator"
  | "second"
  | "third"
  | "hours"
  | "minutes"
  | "seconds"
  | "before"
  | "after";

/** Words beside the time that say nothing. */
const fillers = /^(?:à|às|as|um|klo|kl\.?|lúc|alle|ore|o|at|u|a las|uhr|h|ч\.?|г\.?|р\.?)$/iu;

/** `f. h.`, `সকাল`, `n'ụtụtụ`: what may name a half of the day in a language without a table. */
const wordLike = /^[\p{L}\p{M}][\p{L}\p{M}.'’ -]{0,29}$/u;

function stampOf(parts: Parts, shape: string): Stamp | undefined {
  const { text = "", first = "", separator, second = "", third = "", seconds } = parts;
  const words = [parts.before, parts.after].map((word = "") => word.replace(/[,،]/g, "").trim());
  const telling = words.filter((word) => word !== "" && !fillers.test(word));
  if (telling.some(isEra)) return undefined;
  // Beside a word that says nothing, the other tells; and so do both together, where neither is known.
  const known = telling.find(isPeriod);
  const period = known ?? telling.join(" ");
  if (known === undefined && period !== "" && !wordLike.test(period)) return undefined;
  const word = known === undefined ? plainWord(period) : "";
  const clockHour = Number(parts.hours);
  const hour = word === "" ? hourOf(clockHour, period) : undefined;
  const [minute, secondOfMinute] = [Number(parts.minutes), Number(seconds ?? 0)];
  if (hour === undefined && (word === "" || clockHour > 23)) return undefined;
  if (minute > 59 || secondOfMinute > 59) return undefined;
  const longYear = first.length > 2 ? "Y" : third.length > 2 ? "y" : "";
  return {
    numbers: [first, second, third],
    era: "",
    isSpaced: separator === "." && /^\d+\. /.test(text),
    hour,
    clockHour,
    minute,
    second: secondOfMinute,
    word,
    shape: `${shape}${separator}${longYear}${seconds === undefined ? "" : "s"}${period === "" ? "" : "p"}`,
  };
}

/** `令和4年3月18日 14:56`, `R4/3/18 14:56`, `3/18/2565 BE, 2:56 PM`, `18 Mar 2022, 14:56`. */
function readNumbersAndWords(written: string): Stamp | undefined {
  if (!/\p{L}/u.test(written)) return undefined;
  const { text, isYearFirst } = withoutUnits(written);
  const { rest, era } = withoutEra(text);
  const named = withoutMonthName(rest);
  const stamp = readNumbers(named?.text ?? rest);
  if (stamp === undefined) return undefined;
  const order = named?.order ?? (isYearFirst || (era !== "" && text.startsWith(era)) ? "ymd" : undefined);
  return {
    ...stamp,
    ...(order && { order }),
    era,
    shape: `${stamp.shape}${era}${named === undefined ? "" : "m"}`,
  };
}

/** Chinese, Japanese and Korean write the unit behind each number. */
function withoutUnits(text: string): { text: string; isYearFirst: boolean } {
  const dated = text.replace(/(\d+|元) ?[年년] ?(\d+) ?[月월] ?(\d+) ?[日일]/u, (_, year, month, day) => {
    return `${year === "元" ? "1" : year}/${month}/${day}`;
  });
  const timed = dated.replace(/(\d+) ?[時时點点시] ?(\d+) ?[分분](?: ?(\d+) ?[秒초])?/u, (_, ...time) =>
    time
      .slice(0, 3)
      .filter((part) => part !== undefined)
      .map((part) => part.padStart(2, "0"))
      .join(":"),
  );
  return { text: timed, isYearFirst: dated !== text };
}

function withoutEra(text: string): { rest: string; era: string } {
  const [front, before = ""] = /^(\p{L}[\p{L}.]*) ?(?=\d)/u.exec(text) ?? [];
  if (front !== undefined && isEra(before)) return { rest: text.slice(front.length), era: before };
  const [, date = "", behind = ""] = /^(\d[\d./-]*\d) ?(\p{L}[\p{L}\p{M}.]*)(?=[,، ])/u.exec(text) ?? [];
  if (behind === "" || !isEra(behind)) return { rest: text, era: "" };
  return { rest: date + text.slice(text.indexOf(behind) + behind.length), era: behind };
}

const word = "(\\p{L}[\\p{L}\\p{M}]*)\\.?";

const namedDates: [RegExp, (parts: string[]) => [day: string, month: string, year: string]][] = [
  [
    new RegExp(`^(\\d{1,2})\\.? ?(?:de |ta')?${word},?(?: de| del)? (\\d{4})`, "u"),
    ([d, m, y]) => [d, m, y] as never,
  ],
  [new RegExp(`^${word} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})`, "u"), ([m, d, y]) => [d, m, y] as never],
  [new RegExp(`^(\\d{4})\\.? ${word} (\\d{1,2})\\.?`, "u"), ([y, m, d]) => [d, m, y] as never],
];

function withoutMonthName(text: string): { text: string; order: DateOrder } | undefined {
  for (const [pattern, sort] of namedDates) {
    const [found, ...parts] = pattern.exec(text) ?? [];
    if (found === undefined) continue;
    const [day, name, year] = sort(parts);
    const month = monthOf(name);
    if (month !== undefined)
      return { text: `${day}/${month}/${year}${text.slice(found.length)}`, order: "dmy" };
  }
  return undefined;
}

/** Without marks, with plain blanks, in the digits 0 to 9. */
function plain(text: string): string {
  // Nearly all of them, and ten times as fast.
  if (/^[ -~]*$/.test(text)) return text.trim();
  return text
    .replace(/[\p{Bidi_Control}\ufeff]/gu, "")
    .replace(/\p{Zs}/gu, " ")
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .trim();
}

/** Digits of every script stand in Unicode in tens: where the ten begins is where counting back leaves the digits. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return value;
}

/**
 * The beginning of a message in WhatsApp's exports: `[31/12/2023, 14:05:33] ` on iPhones, `12/31/23, 2:05 PM - ` on Android,
 * in the digits, separators and words for morning and afternoon of the phone's language.
 */

export type DateOrder = "dmy" | "mdy" | "ymd";

export const dateOrders: readonly DateOrder[] = ["dmy", "mdy", "ymd"];

export interface Header {
  /** The date as it stands. */
  numbers: [string, string, string];
  /** Such as `23. 12. 31.`, which is how Korean writes a year of two digits in front. */
  isSpaced: boolean;
  hour: number;
  minute: number;
  second: number;
  /** What follows: `Ana: hi`. */
  rest: string;
}

/** Longer than any date with its marks. */
const maxStampLength = 60;

export function readHeader(line: string): Header | undefined {
  const [head] = stampStart.exec(line) ?? [];
  if (head === undefined) return undefined;
  const isBracketed = head.endsWith("[");
  const end = line.slice(0, maxStampLength).indexOf(isBracketed ? "]" : " - ");
  if (end === -1) return undefined;
  const stamp = plain(line.slice(isBracketed ? head.length : 0, end));
  const rest = isBracketed ? line.slice(end + 1).replace(/^ /, "") : line.slice(end + " - ".length);
  return readStamp(stamp, rest);
}

const stampStart = /^[\p{Bidi_Control}\ufeff]{0,4}[[\p{Nd}]/u;

/** The moment in local time; undefined when this order gives no day, or one before WhatsApp. */
export function timeOf(header: Header, order: DateOrder): number | undefined {
  const [first, second, third] = header.numbers;
  const byOrder = { dmy: [third, second, first], mdy: [third, first, second], ymd: [first, second, third] };
  const [year = "", month, day] = byOrder[order];
  // No language but Korean puts a year of two digits in front.
  if (order === "ymd" ? year.length !== 4 && !header.isSpaced : year.length === 3 || year.length === 1)
    return undefined;
  const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year);
  const date = new Date(fullYear, Number(month) - 1, Number(day), header.hour, header.minute, header.second);
  const exists = date.getMonth() === Number(month) - 1 && date.getDate() === Number(day);
  return exists && fullYear >= firstYear && fullYear < 2100 ? date.getTime() : undefined;
}

const firstYear = 2009;

const stampPattern =
  /^(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{1,4})\.?[,،]? *(?:(?:à|às|um|klo|kl\.?) )?(\D*?) *(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))? *(\D*)$/iu;

function readStamp(stamp: string, rest: string): Header | undefined {
  const parts = stampPattern.exec(stamp);
  if (parts === null) return undefined;
  const [, first = "", separator, second = "", third = "", before = "", hours = "", minutes, seconds, after] =
    parts;
  const hour = hourOf(Number(hours), before || after || "");
  const [minute, secondOfMinute] = [Number(minutes), Number(seconds ?? 0)];
  if (hour === undefined || minute > 59 || secondOfMinute > 59) return undefined;
  const isSpaced = separator === "." && /^\d+\. /.test(stamp);
  return { numbers: [first, second, third], isSpaced, hour, minute, second: secondOfMinute, rest };
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

/** `period` is the word beside the time, such as `PM`, `a. m.` or `午後`; empty on a clock of 24 hours. */
function hourOf(hour: number, period: string): number | undefined {
  const word = plainPeriod(period);
  if (word === "" || word === "uhr" || word === "h") return hour <= 23 ? hour : undefined;
  if (hour > 12) return undefined;
  if (word === "am") return hour % 12;
  if (word === "pm") return (hour % 12) + 12;
  const hours = hoursByPeriod().get(word) ?? [];
  const exact = hours.find((candidate) => candidate % 12 === hour % 12);
  if (exact !== undefined || hours.length === 0) return exact;
  // Unicode's tables use some words for fewer hours than phones do.
  if (hours.every((candidate) => candidate < 12)) return hour % 12;
  return hours.every((candidate) => candidate >= 12) ? (hour % 12) + 12 : undefined;
}

function plainPeriod(period: string): string {
  return period.toLowerCase().replace(/[\s.]/g, "");
}

// Languages whose clocks have twelve hours, or whose phones are often set so.
const languages =
  "ar bg bn bs ca cs da de el en es es-MX et fa fi fil fr gu he hi hr hu id it ja kk kn ko lt lv mk ml mr ms nb nl pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh zh-TW";

let periods: Map<string, number[]> | undefined;

/** For each word that some language has for a part of the day, the hours that it stands for; from Unicode's own tables. */
function hoursByPeriod(): Map<string, number[]> {
  if (periods !== undefined) return periods;
  periods = new Map();
  for (const language of languages.split(" ")) {
    for (const dayPeriod of [undefined, "short", "long"] as const) {
      const format = new Intl.DateTimeFormat(language, {
        hour: "numeric",
        hourCycle: "h12",
        timeZone: "UTC",
        dayPeriod,
      });
      for (let hour = 0; hour < 24; hour++) {
        const part = format
          .formatToParts(Date.UTC(2020, 0, 1, hour))
          .find(({ type }) => type === "dayPeriod");
        const word = plainPeriod(plain(part?.value ?? ""));
        if (word !== "") periods.set(word, [...(periods.get(word) ?? []), hour]);
      }
    }
  }
  return periods;
}

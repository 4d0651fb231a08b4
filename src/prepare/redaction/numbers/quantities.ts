import type { DigitRun } from "./digit-runs.ts";
import { chattedAfter, countedAfter, moneyBefore } from "./units.ts";

const maxDigitsPriced = 12;
const minDigitsDialled = 9;
const inThousands = /^\d{1,3}(?:([ .])\d{3})(?:\1\d{3})+$/;

/** True for what people count, pay, date and play with: digits that name nobody. */
export function isQuantity(run: DigitRun, text: string): boolean {
  if (run.written.startsWith("+")) return isRound(run.digits) && run.digits.length < 10;
  return (
    isGame(run.digits) ||
    isRound(run.digits) ||
    isDateOrList(run) ||
    isDecimal(run, text) ||
    isPriced(run, text)
  );
}

/** True for groups that are dates or a list, and no number together: none of them belongs to what follows. */
export function isDateOrList(run: DigitRun): boolean {
  return isDate(run.written) || isList(run);
}

/** Where whole dates lie among the groups: "73490 2011-08-31 23". No number begins or ends inside of them. */
export function datesIn({ written, start }: DigitRun): { start: number; end: number }[] {
  return [...written.matchAll(wholeDate)].map(({ 0: date, index }) => ({
    start: start + index,
    end: start + index + date.length,
  }));
}

/** One digit over and over (laughter, in Thai), or noughts and ones. */
function isGame(digits: string): boolean {
  return /^(\d)\1*$/.test(digits) || /^[01]+$/.test(digits);
}

function isRound(digits: string): boolean {
  return /0{5}$/.test(digits) || (digits.length < 9 && /0{3}$/.test(digits));
}

const year = "(?:19|20)\\d\\d";
const day = "(?:0?[1-9]|[12]\\d|3[01])";
const month = "(?:0?[1-9]|1[0-2])";
const dates = [
  `${year}[-/. ]${month}[-/. ]${day}(?: \\d{1,2})?`,
  `(?:${day}[-/. ]${month}|${month}[-/. ]${day})[-/. ](?:${year}|\\d\\d)(?: \\d{1,2})?`,
  `${year}(?: ?[-/ ] ?(?:${year}|\\d\\d))+`,
  `${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`,
  `(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])${year}`,
];
const datePattern = new RegExp(`^(?:${dates.map((date) => `${date}(?: ?[-/] ?${date})?`).join("|")})$`);
const wholeDate = new RegExp(
  `(?<!\\d)(?:${year}[-/.]${month}[-/.]${day}|(?:${day}[-/.]${month}|${month}[-/.]${day})[-/.]${year})(?!\\d)`,
  "g",
);
const maxDateLength = 30;

function isDate(written: string): boolean {
  return written.length <= maxDateLength && datePattern.test(written.replace(/^\(/, ""));
}

/** 3.14159265, 4357.748382, or the digits after a decimal comma; "347.3339367" is dialled in Italy. */
function isDecimal({ written, start }: DigitRun, text: string): boolean {
  return (
    /^(?:\d{1,2}\.\d+|[1-9]\d*\.\d{1,6})$/.test(written) ||
    /\d[,.]$/.test(text.slice(Math.max(0, start - 2), start))
  );
}

/** "10 20 30 40", "1 2 3 4 5 6", "100-200-300": steps, hundreds, and single digits among others. */
function isList({ groups, digits }: DigitRun): boolean {
  if (groups.length < 3) return false;
  if (groups.every(({ digits }) => digits.endsWith("0") && digits.length < 5)) return true;
  const values = groups.map(({ digits }) => Number(digits));
  if (values.every((value, index) => index === 0 || value === (values[index - 1] as number) + 1)) return true;
  const singles = groups.filter(({ digits }) => digits.length === 1).length;
  return singles >= 2 && singles < digits.length && singles * 2 >= groups.length - 2 && groups.length > 4;
}

function isPriced({ start, end, digits }: DigitRun, text: string): boolean {
  if (digits.length > maxDigitsPriced || isDialledWithZero(digits)) return false;
  return (
    moneyBefore.test(text.slice(Math.max(0, start - 5), start)) ||
    countedAfter.test(text.slice(end, end + 14))
  );
}

/**
 * True before a word that counts, but also follows a telephone number: "250000 k", "12 345 000 people". Nine digits
 * that are not round are no amount: "913715120 k" is a number and a good-bye.
 */
export function isCountedInChat({ end, digits, written }: DigitRun, text: string): boolean {
  if (digits.length > maxDigitsPriced || isDialledWithZero(digits)) return false;
  const mayCount = digits.length < minDigitsDialled || (inThousands.test(written) && digits.endsWith("000"));
  return mayCount && chattedAfter.test(text.slice(end, end + 14));
}

function isDialledWithZero(digits: string): boolean {
  return digits.startsWith("0") && digits.length >= minDigitsDialled;
}

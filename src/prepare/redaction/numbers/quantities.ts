import type { DigitRun } from "./digit-runs.ts";

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

/** True when a whole date is among the groups: "2019-05-12 10 20". */
export function holdsDate({ written }: DigitRun): boolean {
  return wholeDate.test(written);
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
);
const longestDate = 30;

function isDate(written: string): boolean {
  return written.length <= longestDate && datePattern.test(written);
}

/** 3.14159265, 0.333333333, or the digits after a decimal comma. */
function isDecimal({ written, start }: DigitRun, text: string): boolean {
  return /^\d{1,2}\.\d+$/.test(written) || /\d[,.]$/.test(text.slice(Math.max(0, start - 2), start));
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

const money = "[$€£¥₹₽₺₩₴฿₫₪]|R\\$|\\b(?:usd|eur|gbp|brl)";
const unit =
  "[$€£¥₹₽₺₩₴฿₫₪%°]|(?:k|m|kk|mil|bn|km|kg|mb|gb|kb|ms|fps|px|usd|eur|gbp|brl|chf|dollars?|euros?|reais|pounds?|bucks|kr|kč|zł|руб|people|years?|points?|pts|views|likes|followers|subs|times|miles|steps|words|messages|million|thousand)(?![\\p{L}\\d])";
const moneyBefore = new RegExp(`(?:${money}) ?$`, "iu");
const unitAfter = new RegExp(`^ ?(?:${unit})`, "iu");

function isPriced({ start, end, digits }: DigitRun, text: string): boolean {
  if (digits.length > 12) return false;
  return (
    moneyBefore.test(text.slice(Math.max(0, start - 5), start)) || unitAfter.test(text.slice(end, end + 12))
  );
}

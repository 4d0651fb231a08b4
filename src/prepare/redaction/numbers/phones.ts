import type { CountryCode, PhoneNumber } from "libphonenumber-js/max";
import { UserError } from "../../../errors.ts";
import { textBefore } from "../surroundings.ts";
import type { DigitRun } from "./digit-runs.ts";
import { standingOf } from "./neighbours.ts";
import { isSupportedCountry, Metadata, parsePhoneNumberFromString } from "./phone-library.ts";
import { endsWithPhoneWord, endsWithWeakPhoneWord, touchesPhoneWord } from "./phone-words.ts";

/** ITU E.164: fifteen digits; with an international prefix of two. */
const maxDigits = 17;

const minDigitsAfterWeakWord = 8;

/** Longer ones are telephone numbers only where the library says so. */
const maxDigitsUnchecked = 13;

/**
 * True when a run is a telephone number: because the library knows it as one (with `+`, in `country`, or with the `+`
 * left out), or because of how it is written.
 */
export function looksLikePhone(run: DigitRun, text: string, country: CountryCode | undefined): boolean {
  const { digits, written } = run;
  if (digits.length > maxDigits || isTornOff(run, text) || isBracketOpen(written)) return false;
  if (written.startsWith("+")) return looksInternational(run, text, country);
  const standing = standingOf(run, text);
  if (standing === "inside") return false;
  if (hasPhoneWordBefore(run, text)) return true;
  if (isWrittenAsPhone(run, country)) return true;
  return isKnownToLibrary(run, country) || (standing === "touched" && isInOnePiece(run));
}

function looksInternational(run: DigitRun, text: string, country: CountryCode | undefined): boolean {
  const isVersion =
    /[\p{L}\p{N}.]/u.test(text[run.start - 1] ?? " ") && !touchesPhoneWord.test(textBefore(text, run.start));
  if (isVersion || run.digits.startsWith("0")) return false;
  return run.digits.length >= 9 || parse(run, country)?.isValid() === true;
}

/** "192.168.100.xx", "1012.15": what goes on behind a dot is more than a telephone number. */
function isTornOff({ start, end, written }: DigitRun, text: string): boolean {
  return (
    (written.includes(".") && /^\.[\p{L}\p{N}*]/u.test(text.slice(end, end + 2))) ||
    /\d\.$/.test(text.slice(Math.max(0, start - 2), start)) ||
    /^\.\d/.test(text.slice(end, end + 2))
  );
}

/** "1 800 451 0491 (0448": cut off inside a bracket; one around the whole number may stay open. */
function isBracketOpen(written: string): boolean {
  return written.includes("(", 2) && !written.includes(")");
}

/** "913715120x": no amount has as many digits without a separator. */
function isInOnePiece({ groups, digits }: DigitRun): boolean {
  return groups.length === 1 && digits.length >= 9 && digits.length <= 12;
}

/** The same for one number with and without its country code and separators. */
export function identityOfPhone(run: DigitRun, country: CountryCode | undefined): string {
  return parse(run, country)?.number ?? run.digits;
}

/** The country of a locale such as `pt-BR`; `pt` gives the country where most speak it. Default: this computer's. */
export function countryOfLocale(locale = Intl.DateTimeFormat().resolvedOptions().locale): string | undefined {
  const { region } = new Intl.Locale(locale).maximize();
  return region !== undefined && isSupportedCountry(region) ? region : undefined;
}

export function readCountry(country: string | undefined): CountryCode | undefined {
  const code = country?.toUpperCase();
  if (code === undefined || isSupportedCountry(code)) return code;
  throw new UserError(`"${country}" is not a country whose telephone numbers are known.`, {
    fix: "Give its two-letter ISO 3166 code, such as PT, BR or US.",
  });
}

/** "My number is 555 123": six digits are enough after such a word, when they are written as one number. */
function hasPhoneWordBefore({ start, groups, digits }: DigitRun, text: string): boolean {
  if (groups.length > 5) return false;
  const head = text.slice(Math.max(0, start - 32), start);
  return (
    endsWithPhoneWord.test(head) ||
    (digits.length >= minDigitsAfterWeakWord && endsWithWeakPhoneWord.test(head))
  );
}

/** "tlf 22 05 73 93": would be a day and an hour without the word. */
export function isPairsAfterPhoneWord(run: DigitRun, text: string): boolean {
  return /^\d\d(?: \d\d){3}$/.test(run.written) && hasPhoneWordBefore(run, text);
}

/** Written as numbers are dialled, in whatever country. */
function isWrittenAsPhone(run: DigitRun, country: CountryCode | undefined): boolean {
  const { digits, written, groups } = run;
  if (digits.length > maxDigitsUnchecked) return false;
  if (digits.length < 9) return callingCodeOf(country) === "1" && /^[2-9]\d\d-\d{4}$/.test(written);
  if (digits.startsWith("0")) return true;
  const isSpelled = groups.every((group) => group.digits.length === 1);
  return isSpelled || isDialledInGroups(run) || isAreaAndRest(run);
}

/** "347 5829134", as in Italy: the code of three digits, and what is left in one piece. */
function isAreaAndRest({ groups, written }: DigitRun): boolean {
  const [area, rest] = groups.map(({ digits }) => digits.length);
  return groups.length === 2 && area === 3 && rest === 7 && /^[1-9]\d\d ?[ -] ?\d+$/.test(written);
}

/** Two to six groups of two to five digits, the same sign between all, or between all but the first or last two. */
function isDialledInGroups({ groups, written }: DigitRun): boolean {
  if (groups.length < 2 || groups.length > 6) return false;
  if (!groups.every(({ digits: { length } }, index) => length < 6 && (length > 1 || index === 0)))
    return false;
  const separators = written
    .replace(/^[+(]+/, "")
    .split(/\d+/)
    .slice(1, -1);
  if (groups.length === 2 && separators[0] === "/") return false;
  return new Set(separators.map((separator) => separator.trim() || " ")).size <= 2;
}

/** A short number counts only with its trunk prefix where the country has one: 250000 is a price before it is a phone. */
export function isKnownToLibrary(run: DigitRun, country: CountryCode | undefined): boolean {
  const { digits } = run;
  if (country !== undefined && (digits.length >= 8 || digits.startsWith("0"))) {
    const trunk = trunkPrefixOf(country);
    const isWhole = digits.length >= 9 || trunk === undefined || digits.startsWith(trunk);
    if (isWhole && parse(run, country)?.isValid() === true) return true;
  }
  return digits.length >= 11 && parsePhoneNumberFromString(`+${digits}`)?.isValid() === true;
}

function parse({ digits, written }: DigitRun, country: CountryCode | undefined): PhoneNumber | undefined {
  if (digits.length > maxDigits) return undefined;
  if (written.startsWith("+")) return parsePhoneNumberFromString(`+${digits}`);
  if (digits.startsWith("00")) return parsePhoneNumberFromString(`+${digits.slice(2)}`);
  const national = country === undefined ? undefined : parsePhoneNumberFromString(digits, country);
  if (national?.isValid() === true || digits.length < 11) return national;
  const international = parsePhoneNumberFromString(`+${digits}`);
  return international?.isValid() === true ? international : national;
}

function callingCodeOf(country: CountryCode | undefined): string | undefined {
  return country === undefined ? undefined : planOf(country).callingCode();
}

function trunkPrefixOf(country: CountryCode): string | undefined {
  return planOf(country).nationalPrefix() || undefined;
}

interface NumberingPlan {
  callingCode(): string;
  nationalPrefix(): string | undefined;
}

const plans = new Map<CountryCode, NumberingPlan>();

function planOf(country: CountryCode): NumberingPlan {
  let plan = plans.get(country);
  if (plan === undefined) {
    const metadata = new Metadata();
    metadata.selectNumberingPlan(country);
    plan = metadata.numberingPlan as unknown as NumberingPlan;
    plans.set(country, plan);
  }
  return plan;
}

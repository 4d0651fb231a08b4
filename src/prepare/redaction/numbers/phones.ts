import type { CountryCode, PhoneNumber } from "libphonenumber-js/max";
import { UserError } from "../../../errors.ts";
import type { DigitRun } from "./digit-runs.ts";
import { isSupportedCountry, Metadata, parsePhoneNumberFromString } from "./phone-library.ts";
import { holdsDate } from "./quantities.ts";

/** ITU E.164: fifteen digits; with an international prefix of two. */
const mostDigits = 17;

/** Longer ones are telephone numbers only where the library says so. */
const mostDigitsUnchecked = 13;

/**
 * True when a run is a telephone number: because the library knows it as one (with `+`, in `country`, or with the `+`
 * left out), or because of how it is written.
 */
export function looksLikePhone(run: DigitRun, text: string, country: CountryCode | undefined): boolean {
  const { digits, written } = run;
  if (digits.length > mostDigits) return false;
  if (written.startsWith("+")) return digits.length >= 9 || parse(run, country)?.isValid() === true;
  if (isInsideWord(run, text)) return false;
  if (hasPhoneWordBefore(run, text)) return true;
  return (isWrittenAsPhone(run, country) && !holdsDate(run)) || isKnownToLibrary(run, country);
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
    fix: "Give the two letters of ISO 3166, such as PT, BR or US.",
  });
}

function isInsideWord({ start, end }: DigitRun, text: string): boolean {
  return /[\p{L}_]/u.test(text[start - 1] ?? " ") || /[\p{L}_]/u.test(text[end] ?? " ");
}

const phoneWord =
  /(?:phone|mobile|cell|tel[eé]?f?(?:one|ono|oon)?|telem[oó]vel|celular|m[oó]vil|handy|whats ?app|wpp|zap|number|n[uú]mero|nummer|num[eé]ro|call|ring|text|sms|liga(?:r|-me)?|ll[aá]ma(?:me)?|appelle|телефон|номер|电话|電話|手机|전화|هاتف|טלפון|☎|📞|📱)[^\p{L}\d\n]{0,6}(?:\p{L}{1,5}[^\p{L}\d\n]{1,3}){0,2}$/iu;

/** "My number is 555 123": six digits are enough after such a word, when they are written as one number. */
function hasPhoneWordBefore({ start, groups }: DigitRun, text: string): boolean {
  if (groups.length > 5) return false;
  return phoneWord.test(text.slice(Math.max(0, start - 32), start));
}

/** Written as numbers are dialled, in whatever country. */
function isWrittenAsPhone({ digits, written, groups }: DigitRun, country: CountryCode | undefined): boolean {
  if (digits.length > mostDigitsUnchecked) return false;
  if (digits.length < 9) return callingCodeOf(country) === "1" && /^[2-9]\d\d-\d{4}$/.test(written);
  if (digits.startsWith("0")) return true;
  const isSpelled = groups.every((group) => group.digits.length === 1);
  if (isSpelled) return true;
  return (
    groups.length > 1 &&
    groups.length <= 6 &&
    groups.every(({ digits: { length } }) => length > 1 && length < 6)
  );
}

/** A short number counts only with its trunk prefix where the country has one: 250000 is a price before it is a phone. */
function isKnownToLibrary(run: DigitRun, country: CountryCode | undefined): boolean {
  const { digits } = run;
  if (country !== undefined && (digits.length >= 8 || digits.startsWith("0"))) {
    const trunk = trunkPrefixOf(country);
    const isWhole = digits.length >= 9 || trunk === undefined || digits.startsWith(trunk);
    if (isWhole && parse(run, country)?.isValid() === true) return true;
  }
  return digits.length >= 11 && parsePhoneNumberFromString(`+${digits}`)?.isValid() === true;
}

function parse({ digits, written }: DigitRun, country: CountryCode | undefined): PhoneNumber | undefined {
  if (digits.length > mostDigits) return undefined;
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

import type { CountryCode } from "libphonenumber-js/max";
import type { Finder, Finding, RedactedKind } from "../findings.ts";
import { isNationalBankNumber } from "./bank-accounts.ts";
import { isCardNumber } from "./cards.ts";
import { type DigitRun, digitRuns, partOfRun } from "./digit-runs.ts";
import { standingOf } from "./neighbours.ts";
import { identityOfPhone, isKnownToLibrary, isPairsAfterPhoneWord, looksLikePhone } from "./phones.ts";
import { datesIn, isCountedInChat, isDateOrList, isQuantity } from "./quantities.ts";

const minDigits = 6;
/** From here on a number that is no quantity goes, whatever it is: no year, price or room has as many digits. */
const minDigitsOfUnknown = 9;
const minDigitsOfGroups = 14;
/** The longest number with a name of its own is Portugal's bank number. */
const maxDigits = 21;
/** A telephone number spelled digit by digit has fifteen groups. */
const maxGroups = 16;
/** Lists with more groups are not taken apart number by number, which would ask the library at each. */
const maxGroupsTakenApart = 48;

/** Finds telephone, card, bank and other long numbers among the digits of a text. */
export function numberFinder(country: CountryCode | undefined): Finder {
  return function* (text) {
    for (const run of digitRuns(text, minDigits)) {
      if (run.groups.length > maxGroupsTakenApart) {
        if (!isQuantity(run, text)) yield toFinding(run, "number");
      } else yield* takeApart(text, run, country);
    }
  };
}

/** The longest stretch of groups that is a number of some kind, then what follows it; dates stay whole. */
function* takeApart(text: string, run: DigitRun, country: CountryCode | undefined): Generator<Finding> {
  const dates = datesIn(run);
  let first = 0;
  while (first < run.groups.length) {
    const found = longestNumber(text, run, { first, country, dates });
    if (found?.finding !== undefined) yield found.finding;
    first = found?.next ?? first + 1;
  }
}

interface Search {
  first: number;
  country: CountryCode | undefined;
  dates: { start: number; end: number }[];
}

function longestNumber(text: string, run: DigitRun, { first, country, dates }: Search) {
  for (let next = Math.min(run.groups.length, first + maxGroups); next > first; next--) {
    const part = partOfRun(text, run, first, next);
    if (part.digits.length < minDigits) return undefined;
    if (isDateOrList(part) && !isPairsAfterPhoneWord(part, text)) return { finding: undefined, next };
    if (dates.some(({ start, end }) => start < part.end && end > part.start)) continue;
    const kind = kindOf(part, text, country);
    if (kind !== undefined)
      return { finding: toFinding(withExtension(part, kind, text), kind, country), next };
  }
  return undefined;
}

function kindOf(run: DigitRun, text: string, country: CountryCode | undefined): RedactedKind | undefined {
  const { digits, groups } = run;
  if (digits.length > maxDigits && groups.length > 1) return undefined;
  if (isPairsAfterPhoneWord(run, text)) return "phone";
  if (isQuantity(run, text)) return undefined;
  if (isCountedInChat(run, text) && !isKnownToLibrary(run, country)) return undefined;
  if (isCardNumber(run)) return "card";
  if (isNationalBankNumber(run)) return "bank";
  if (isIdentityNumber(run)) return "number";
  if (looksLikePhone(run, text, country)) return "phone";
  return isLongNumber(run) && !isPartOfName(run, text) ? "number" : undefined;
}

/** As tax and identity numbers are printed: Brazil's (CPF, CNPJ, RG), Chile's (RUT), the United States' (SSN). */
function isIdentityNumber({ written }: DigitRun): boolean {
  return /^(?:\d{1,3}(?:\.\d{3}){2}-\d{1,2}|\d\d\.\d{3}\.\d{3}\/\d{4}-\d\d|\d{3}-\d\d-\d{4})$/.test(written);
}

/** In one piece, or in a few groups of more digits than a telephone number has: a mistyped card, an order, a parcel. */
function isLongNumber({ digits, groups }: DigitRun): boolean {
  if (groups.length === 1) return digits.length >= minDigitsOfUnknown;
  if (digits.length < minDigitsOfGroups || groups.length > 6) return false;
  return groups.every(({ digits: { length } }) => length > 2 && length < 8);
}

/** "0x00007f2304630000", "libnetty2874168368219290008.so": a part of what a machine called something. */
function isPartOfName(run: DigitRun, text: string): boolean {
  return (
    standingOf(run, text) === "inside" &&
    !/(?<![\p{L}\p{N}])\p{Lu}{1,4}$/u.test(text.slice(Math.max(0, run.start - 6), run.start))
  );
}

const extension =
  /^,?\s{0,2}(?:x|#|ext\.?|extension|durchwahl|dw|ramal|anexo|poste|interno|доб\.?)\s?\d{1,6}(?![\p{L}\p{N}])/iu;
const maxExtensionLength = 24;

/** "847-955-0246 x830": what is dialled once somebody answers. */
function withExtension(run: DigitRun, kind: RedactedKind, text: string): DigitRun {
  const after = kind === "phone" ? extension.exec(text.slice(run.end, run.end + maxExtensionLength)) : null;
  return after === null ? run : { ...run, end: run.end + after[0].length };
}

function toFinding(run: DigitRun, kind: RedactedKind, country?: CountryCode): Finding {
  const identity = kind === "phone" ? identityOfPhone(run, country) : run.digits;
  return { kind, start: run.start, end: run.end, identity };
}

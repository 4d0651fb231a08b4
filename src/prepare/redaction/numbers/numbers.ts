import type { CountryCode } from "libphonenumber-js/max";
import type { Finder, Finding, RedactedKind } from "../findings.ts";
import { isNationalBankNumber } from "./bank-accounts.ts";
import { isCardNumber } from "./cards.ts";
import { type DigitRun, digitRuns, partOfRun } from "./digit-runs.ts";
import { identityOfPhone, looksLikePhone } from "./phones.ts";
import { isDateOrList, isQuantity } from "./quantities.ts";

const leastDigits = 6;
/** From here on a number that is no quantity goes, whatever it is: no year, price or room has as many digits. */
const leastDigitsOfUnknown = 9;
const leastDigitsOfGroups = 14;
/** The longest number with a name of its own is Portugal's bank number. */
const mostDigits = 21;
/** A telephone number spelled digit by digit has fifteen groups. */
const mostGroups = 16;
/** Lists with more groups are not taken apart number by number, which would ask the library at each. */
const mostGroupsTakenApart = 48;

/** Finds telephone, card, bank and other long numbers among the digits of a text. */
export function numberFinder(country: CountryCode | undefined): Finder {
  return function* (text) {
    for (const run of digitRuns(text, leastDigits)) {
      if (run.groups.length > mostGroupsTakenApart) {
        if (!isQuantity(run, text)) yield toFinding(run, "number");
      } else yield* takeApart(text, run, country);
    }
  };
}

/** The longest stretch of groups that is a number of some kind, then what follows it. */
function* takeApart(text: string, run: DigitRun, country: CountryCode | undefined): Generator<Finding> {
  let first = 0;
  while (first < run.groups.length) {
    const found = longestNumber(text, run, first, country);
    if (found?.finding !== undefined) yield found.finding;
    first = found?.next ?? first + 1;
  }
}

function longestNumber(text: string, run: DigitRun, first: number, country: CountryCode | undefined) {
  for (let next = Math.min(run.groups.length, first + mostGroups); next > first; next--) {
    const part = partOfRun(text, run, first, next);
    if (part.digits.length < leastDigits) return undefined;
    if (isDateOrList(part)) return { finding: undefined, next };
    const kind = kindOf(part, text, country);
    if (kind !== undefined) return { finding: toFinding(part, kind, country), next };
  }
  return undefined;
}

function kindOf(run: DigitRun, text: string, country: CountryCode | undefined): RedactedKind | undefined {
  const { digits, groups } = run;
  if (digits.length > mostDigits && groups.length > 1) return undefined;
  if (isQuantity(run, text)) return undefined;
  if (isCardNumber(run)) return "card";
  if (isNationalBankNumber(run)) return "bank";
  if (isIdentityNumber(run)) return "number";
  if (looksLikePhone(run, text, country)) return "phone";
  return isLongNumber(run) ? "number" : undefined;
}

/** As tax and identity numbers are printed: Brazil's (CPF, CNPJ, RG), Chile's (RUT), the United States' (SSN). */
function isIdentityNumber({ written }: DigitRun): boolean {
  return /^(?:\d{1,3}(?:\.\d{3}){2}-\d{1,2}|\d\d\.\d{3}\.\d{3}\/\d{4}-\d\d|\d{3}-\d\d-\d{4})$/.test(written);
}

/** In one piece, or in a few groups of more digits than a telephone number has: a mistyped card, an order, a parcel. */
function isLongNumber({ digits, groups }: DigitRun): boolean {
  if (groups.length === 1) return digits.length >= leastDigitsOfUnknown;
  if (digits.length < leastDigitsOfGroups || groups.length > 6) return false;
  return groups.every(({ digits: { length } }) => length > 2 && length < 8);
}

function toFinding(run: DigitRun, kind: RedactedKind, country?: CountryCode): Finding {
  const identity = kind === "phone" ? identityOfPhone(run, country) : run.digits;
  return { kind, start: run.start, end: run.end, identity };
}

import type { Finding } from "../findings.ts";
import type { DigitRun } from "./digit-runs.ts";

/** Characters of an IBAN by country, from the SWIFT registry of IBANs. */
const ibanLengths = new Map(
  [
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20",
    "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30",
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23",
    "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26",
    "UA29 VA22 VG24 XK20 YE30",
  ]
    .flatMap((line) => line.split(" "))
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** IBANs with the right check digits. */
export function* findBankAccounts(text: string): Generator<Finding> {
  const starts = /(?<![\p{L}\p{N}])[a-z]{2}\d\d/giu;
  for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
    const account = readIban(text, match.index);
    if (account === undefined) continue;
    yield { kind: "bank", start: match.index, end: account.end, identity: account.characters };
    starts.lastIndex = account.end;
  }
}

/** Portugal's NIB (21 digits, ISO 7064) and Spain's account numbers (20 digits, two check digits). */
export function isNationalBankNumber({ digits }: DigitRun): boolean {
  if (digits.length === 21) return remainderBy97(digits) === 1;
  return digits.length === 20 && hasSpanishChecks(digits);
}

/** The characters of an IBAN that begins at `start`, single separators between them left out. */
function readIban(text: string, start: number): { characters: string; end: number } | undefined {
  const length = ibanLengths.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return undefined;
  let characters = "";
  let position = start;
  while (characters.length < length) {
    if (/[ .-]/.test(text[position] ?? "")) position++;
    const character = text[position] ?? "";
    if (!/[a-z0-9]/i.test(character)) return undefined;
    characters += character.toUpperCase();
    position++;
  }
  if (/[\p{L}\p{N}]/u.test(text[position] ?? " ")) return undefined;
  return remainderBy97(characters.slice(4) + characters.slice(0, 4)) === 1
    ? { characters, end: position }
    : undefined;
}

/** ISO 7064 MOD 97-10, letters counted as 10 to 35. */
function remainderBy97(characters: string): number {
  let remainder = 0;
  for (const character of characters) {
    for (const digit of Number.parseInt(character, 36).toString())
      remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder;
}

function hasSpanishChecks(digits: string): boolean {
  const weights = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
  const checkOf = (ten: string) => {
    const sum = weights.reduce((total, weight, index) => total + weight * Number(ten[index]), 0);
    const check = 11 - (sum % 11);
    return check === 11 ? 0 : check === 10 ? 1 : check;
  };
  return (
    checkOf(`00${digits.slice(0, 8)}`) === Number(digits[8]) &&
    checkOf(digits.slice(10)) === Number(digits[9])
  );
}

import type { DigitRun } from "./digit-runs.ts";

/** True for 13 to 19 digits that begin as payment cards do (ISO/IEC 7812: 2 to 6) and pass the Luhn check. */
export function isCardNumber({ digits, groups }: DigitRun): boolean {
  if (digits.length < 13 || digits.length > 19 || groups.length > 6) return false;
  return /^[2-6]/.test(digits) && passesLuhn(digits);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

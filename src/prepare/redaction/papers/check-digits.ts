/** The letter of Spain's DNI and NIE: the number's remainder by 23; X, Y and Z count as 0, 1 and 2. */
export function hasSpanishLetter(number: string): boolean {
  const digits = number.slice(0, -1).replace(/^[XYZ]/, (first) => String("XYZ".indexOf(first)));
  return "TRWAGMYFPDXBNJZSQVHLCKE"[Number(digits) % 23] === number.at(-1);
}

/** Chile's RUT: weights 2 to 7 from the right, by 11; 10 is written K. */
export function hasChileanCheck(number: string): boolean {
  const body = [...number.slice(0, -1)].reverse();
  const sum = body.reduce((total, digit, index) => total + Number(digit) * (2 + (index % 6)), 0);
  const check = 11 - (sum % 11);
  return number.at(-1) === (check === 11 ? "0" : check === 10 ? "K" : String(check));
}

/** Ireland's PPS number: weights 8 to 2, a second letter counting nine times, by 23. */
export function hasIrishLetter(number: string): boolean {
  const second = number[8] === undefined ? 0 : (number.charCodeAt(8) - 64) * 9;
  const sum = [...number.slice(0, 7)].reduce(
    (total, digit, index) => total + Number(digit) * (8 - index),
    second,
  );
  return "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23] === number[7];
}

/** Finland's identity code: the nine digits by 31. */
export function hasFinnishCharacter(number: string): boolean {
  const digits = number.slice(0, 6) + number.slice(7, 10);
  return "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(digits) % 31] === number.at(-1);
}

/** Whether six digits are a day, in the order of any country; months may be marked by 20 or 50, days by 40. */
export function isDay(digits: string): boolean {
  const [first = 0, second = 0, third = 0] = (digits.match(/\d\d/g) ?? []).map(Number);
  const isMonth = (value: number) =>
    value % 50 >= 1 && (value % 50 <= 12 || (value % 50 > 20 && value % 50 <= 32));
  const isDayOfMonth = (value: number) => value % 40 >= 1 && value % 40 <= 31 && value <= 71;
  return isMonth(second) && (isDayOfMonth(third) || isDayOfMonth(first));
}

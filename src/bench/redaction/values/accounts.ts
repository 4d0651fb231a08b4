import { capitals, type Draw, type Value } from "./draw.ts";

/** Cards and bank accounts, as banks number them. */
export const accounts: Record<string, Value> = {
  card: (draw) => {
    const digits = withLuhn(draw.pick(["4", "51", "55", "2221"]), 16, draw);
    return draw.pick([digits, inGroups(digits, " "), inGroups(digits, "-")]);
  },
  iban: (draw) => {
    const { country, length } = draw.pick([
      { country: "DE", length: 18 },
      { country: "PT", length: 21 },
      { country: "ES", length: 20 },
      { country: "BE", length: 12 },
      { country: "PL", length: 24 },
    ]);
    const whole = iban(country, draw.digits(length));
    return draw.pick([whole, inGroups(whole, " "), whole.toLowerCase()]);
  },
  nrb: (draw) => {
    const digits = iban("PL", draw.digits(24)).slice(2);
    return `${digits.slice(0, 2)} ${inGroups(digits.slice(2), " ")}`;
  },
  sort: (draw) => draw.pick([draw.like("%#-##-%#"), draw.like("%# ## %#"), draw.like("%####%")]),
  acc: (draw) => draw.like("%######%"),
  acc10: (draw) => draw.like("%########%"),
  bsb: (draw) => draw.like("0%#-##%"),
  kto: (draw) => draw.like("%#####%"),
  blz: (draw) => draw.pick([draw.like("%##%##%#"), draw.like("%## %## %#")]),
  ag: (draw) => draw.like("%##%"),
  conta: (draw) => draw.like("%###%-#"),
  aba: (draw) => draw.like("0%######%"),
  clabe: (draw) => draw.like("0%###############%"),
  cbu: (draw) => draw.like("0%####################"),
  ifsc: (draw) => `${draw.of(capitals, 4)}0${draw.like("##%##%")}`,
};

export function inGroups(characters: string, separator: string): string {
  return (characters.match(/.{1,4}/g) ?? []).join(separator);
}

/** A card number with the last digit that the Luhn check asks for. */
export function withLuhn(start: string, length: number, draw: Pick<Draw, "digits">): string {
  const body = start + draw.digits(length - 1 - start.length);
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** An IBAN with the check digits that ISO 13616 asks for. */
export function iban(country: string, account: string): string {
  const letters = [...country].map((letter) => letter.charCodeAt(0) - 55).join("");
  const check = 98n - (BigInt(`${account}${letters}00`) % 97n);
  return `${country}${check.toString().padStart(2, "0")}${account}`;
}

import type { Finding } from "../findings.ts";
import { end, start } from "../word-lists.ts";

const letter = "\\p{L}\\p{M}";

/** The letters with which British post codes begin, so that the names of machines ("X800 1GB") are none. */
const britishAreas =
  "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]?|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE";
const british = new RegExp(
  `(?<![A-Za-z0-9])(?:${britishAreas})\\d[A-Z\\d]?\\s?\\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])`,
  "g",
);
/** In small letters with the space that parts it. */
const britishInSmall = new RegExp(
  `(?<![A-Za-z0-9])(?:${britishAreas})\\d{1,2}[A-Z]?\\s(?!3rd|2nd)\\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])`,
  "gi",
);
const canadian =
  /(?<![A-Za-z0-9])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\s?\d[ABCEGHJ-NPRSTV-Z]\d(?![A-Za-z0-9])/g;

/** States of the United States by the first digit of their post codes. */
const statesByDigit: Record<string, string> = {
  0: "CT|MA|ME|NH|NJ|RI|VT|PR",
  1: "DE|NY|PA",
  2: "DC|MD|NC|SC|VA|WV",
  3: "AL|FL|GA|MS|TN",
  4: "IN|KY|MI|OH",
  5: "IA|MN|MT|ND|SD|WI",
  6: "IL|KS|MO|NE",
  7: "AR|LA|OK|TX",
  8: "AZ|CO|ID|NM|NV|UT|WY",
  9: "AK|CA|HI|OR|WA",
};
const american = Object.entries(statesByDigit).map(([digit, states]) => `(?:${states})\\s${digit}\\d{4}`);

/** Post codes beside a place or state, or whose hyphen stands where no other number has one. */
const placed = new RegExp(
  `(?<![\\p{L}\\p{N}.-])(?:\\d{4}-\\d{3}\\s+\\p{Lu}[${letter}]{2,20}|\\d{5}-\\d{3}(?![\\d-])|\\d{4}\\s(?!MB|GB|KB|TB|AM|PM|KM|CM|MM|EU|HD|UK|US)[A-Z]{2}(?=[,\\s]+\\p{Lu}\\p{Ll})|(?:\\p{Lu}[${letter}]{1,20},?\\s)?(?:${american.join("|")})(?:-\\d{4})?)${end}`,
  "gu",
);
/** After a word for it. */
const named = new RegExp(
  `${start}(?:zip(?: ?code)?|post ?code|plz|postleitzahl|code postal|c[óo]digo postal|cep|c\\.?p\\.|cap|kod pocztowy|postcode|pin ?code|почтовый индекс|індекс|индекс|邮编|郵便番号)[\\s:=#.]{1,3}(?:(?:is|é|es|ist|est|to|è)\\s)?(?<value>(?:[a-z]\\d[a-z]\\s?\\d[a-z]\\d|\\d{2,6}[- ]?\\d{3,4}|\\d{4,6}(?:\\s?[a-z]{2})?))${end}`,
  "giu",
);
/** Degrees with four decimals or more are a house, not a town. */
const coordinates = /(?<![\d.])-?\d{1,2}\.\d{4,17}°?\s?[NS]?\s?[,;]?\s?-?\d{1,3}\.\d{4,17}(?![\d.])/g;

/** Post codes that are nothing else by their shape, by the place beside them or by their name, and coordinates. */
export function* findPlaces(text: string): Generator<Finding> {
  for (const pattern of /\d{4}/.test(text)
    ? [british, coordinates, placed, named]
    : [british, britishInSmall, canadian, named]) {
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.value ?? match[0];
      const from = match.index + match[0].lastIndexOf(value);
      yield { kind: "address", start: from, end: from + value.length };
    }
  }
}

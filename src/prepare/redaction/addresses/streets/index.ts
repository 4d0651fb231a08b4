import type { Finding } from "../../findings.ts";
import { anyOf } from "../../word-lists.ts";
import { doors } from "./doors.ts";
import { numberFirstStreets } from "./number-first.ts";
import type { StreetPattern } from "./pattern.ts";
import { streetsWithoutSpaces } from "./without-spaces.ts";
import { wordFirstStreets } from "./word-first.ts";
import { wordLastStreets } from "./word-last.ts";

const patterns: StreetPattern[] = [
  ...wordFirstStreets,
  ...wordLastStreets,
  ...numberFirstStreets,
  ...doors,
  ...streetsWithoutSpaces,
];
/** Patterns that share their look, so that it is had once. */
const families = new Map<RegExp, StreetPattern[]>();
for (const street of patterns)
  families.set(street.mentions, [...(families.get(street.mentions) ?? []), street]);

const maxTailLength = 80;

const flatWords = [
  "apt|apartments?|suite|ste|unit|flat|room|zimmer|zi|whg|wohnung|top|stiege|appartamento|interno|int|scala|piano",
  "lgh|m|lok|кв|квартира|daire|kat|appt?|bât|escalier|piso|puerta|pta|esc|dpto|depto|lote|quadra|sobrado|casa|bloco|bl|ap|apto",
];
const floors =
  "(?:\\.|º|ª|er|e|[èe]me|th|nd|rd|st)?\\s?(?:og|eg|stock|[ée]tage|piso|andar|hoog(?: achter)?|floor|izda|dcha|izq|esq|dto)";
/** The flat of a house: "Apt. 613", "2. OG", "кв. 12", "水谷979号室". */
const flat = `(?:[,–-]?\\s{0,2}(?:${anyOf(flatWords)})\\.?\\s?#?\\d{1,5}[a-z]?|[–-]?\\s{0,2}\\d{1,2}${floors}(?!\\p{L})\\.?|\\s?[\\p{sc=Han}\\p{sc=Katakana}ー]{0,12}\\d{2,4}号室)`;
const flats = new RegExp(`^(?:${flat}){1,2}(?![\\p{L}\\p{N}])`, "iu");

/** A post code and a place that come right after a street or its flat, as names are written: a year and a word are none. */
const place = "\\p{Lu}[\\p{L}\\p{M}-]{1,24}";
const postCode = new RegExp(
  `^,?\\s{0,3}(?:\\d{4}-\\d{3}(?:\\s${place})?|\\d\\d-\\d{3}\\s${place}|[A-Z]{0,2}-?\\d{4,6}(?:\\s[A-Z]{2})?\\s${place})(?![\\p{L}\\p{N}])`,
  "u",
);

/**
 * Street addresses with a house number, and the post code and place after them.
 *
 * A street without a number stays: "we met in Rua Augusta" tells a town, not a door. In doubt a text stays.
 */
export function* findStreetAddresses(text: string): Generator<Finding> {
  for (const [mentions, family] of families) {
    if (!mentions.test(text)) continue;
    for (const street of family) yield* addressesOf(street, text);
  }
}

function* addressesOf({ pattern, isMeant }: StreetPattern, text: string): Generator<Finding> {
  for (const { 0: address, index, groups = {} } of text.matchAll(pattern())) {
    const found = address.trimEnd();
    if (isMeant !== undefined && !isMeant({ found, groups, text, index })) continue;
    const end = [flats, postCode].reduce(
      (at, part) => at + (part.exec(text.slice(at, at + maxTailLength))?.[0].length ?? 0),
      index + found.length,
    );
    yield { kind: "address", start: index, end };
  }
}

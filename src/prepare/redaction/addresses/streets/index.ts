import type { Finding } from "../../findings.ts";
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

const maxTailLength = 48;

/** A post code and a place that come right after a street. */
const place = "\\p{Lu}[\\p{L}\\p{M}-]{1,24}";
const tail = new RegExp(
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
  for (const { 0: address, index, groups = {} } of text.matchAll(pattern)) {
    const found = address.trimEnd();
    if (isMeant !== undefined && !isMeant({ found, groups, text, index })) continue;
    const end = index + found.length;
    const after = tail.exec(text.slice(end, end + maxTailLength))?.[0] ?? "";
    yield { kind: "address", start: index, end: end + after.length };
  }
}

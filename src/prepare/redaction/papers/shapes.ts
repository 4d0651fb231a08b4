import type { Finding } from "../findings.ts";
import { whenNeeded } from "../word-lists.ts";
import {
  hasChileanCheck,
  hasFinnishCharacter,
  hasIrishLetter,
  hasSpanishLetter,
  isDay,
} from "./check-digits.ts";

/** A way in which a country numbers people, that is known without a word for it. */
interface Shape {
  pattern: () => RegExp;
  /** Whether the check digits, or the day of birth, are right; given letters and digits alone, in capitals. */
  isRight?: (number: string) => boolean;
}

/** In no word of a script that parts words by spaces, and in no longer number. */
const alone = (pattern: string, flags: "" | "i" = "") =>
  whenNeeded(
    () =>
      new RegExp(
        `(?<![\\p{sc=Latin}\\p{N}_/.-])(?:${pattern})(?![\\p{sc=Latin}\\p{M}\\p{N}_]|[-./]\\d)`,
        `g${flags}u`,
      ),
  );
const bornFirst = (number: string) => isDay(number.slice(0, 6)) && !/^(?:19|20)\d\d$/.test(number.slice(6));

const shapes: Shape[] = [
  // Spain: DNI, NIE.
  { pattern: alone("(?:\\d{8}|[XYZ]-?\\d{7})-?[A-Z]", "i"), isRight: hasSpanishLetter },
  { pattern: alone("(?:\\d{8}|[XYZ] ?\\d{7}) [A-Z]"), isRight: hasSpanishLetter },
  // United Kingdom: national insurance, driving licence.
  { pattern: alone("[A-Z]{2} ?\\d\\d ?\\d\\d ?\\d\\d ?[A-D]") },
  { pattern: alone("[A-Z]{2}[A-Z9]{3}\\d[0156]\\d[0-3]\\d{2}[A-Z9]{2}[A-Z0-9]{3}") },
  // Italy: codice fiscale.
  { pattern: alone("[A-Z]{6} ?\\d\\d[A-EHLMPRST]\\d\\d ?[A-Z]\\d{3}[A-Z]", "i") },
  // Mexico: CURP, RFC.
  { pattern: alone("[A-Z]{4}\\d{6}[HMX][A-Z]{5}[A-Z0-9]\\d", "i") },
  {
    pattern: alone("[A-ZÑ&]{3,4}-?\\d{6}-?[A-Z0-9]{2}[A-Z0-9]"),
    isRight: (number) => isDay(/\d{6}/.exec(number)?.[0] ?? ""),
  },
  // Chile: RUT.
  { pattern: alone("\\d{1,2}(?:\\.\\d{3}){2}-[\\dK]|\\d{7,8}-[\\dK]", "i"), isRight: hasChileanCheck },
  // Ireland: PPS.
  { pattern: alone("\\d{7}[A-W][A-IW]?", "i"), isRight: hasIrishLetter },
  // Finland, Sweden, Denmark, Norway, Korea, Malaysia, Czechia: the day of birth first.
  {
    pattern: alone("\\d{6}[-+A]\\d{3}[0-9A-Y]", "i"),
    isRight: (number) =>
      hasFinnishCharacter(number.length === 10 ? `${number.slice(0, 6)}-${number.slice(6)}` : number) ||
      bornFirst(number),
  },
  { pattern: alone("(?:19|20)?\\d{6}[-+]\\d{4}"), isRight: (number) => bornFirst(number.slice(-10)) },
  { pattern: alone("\\d{6}-[1-8]\\d{6}"), isRight: (number) => isDay(number.slice(0, 6)) },
  { pattern: alone("\\d{6}-\\d\\d-\\d{4}"), isRight: (number) => isDay(number.slice(0, 6)) },
  { pattern: alone("\\d{6}\\/\\d{3,4}"), isRight: bornFirst },
  // Switzerland, Belgium, France, Germany: social insurance.
  { pattern: alone("756\\.\\d{4}\\.\\d{4}\\.\\d\\d") },
  { pattern: alone("\\d\\d\\.\\d\\d\\.\\d\\d-\\d{3}\\.\\d\\d") },
  { pattern: alone("[12] ?\\d\\d ?(?:0[1-9]|1[0-2]) ?\\d[\\dAB] ?\\d{3} ?\\d{3}(?: ?\\d\\d)?") },
  { pattern: alone("\\d\\d ?\\d{6} ?[A-Z] ?\\d{3}"), isRight: (number) => isDay(number.slice(2, 8)) },
  // China, Hong Kong, Singapore, Taiwan, Thailand.
  { pattern: alone("[1-6]\\d{5}(?:19|20)\\d{2}[01]\\d[0-3]\\d{4}[\\dX]", "i") },
  { pattern: alone("[A-Z]{1,2}\\d{6}\\([\\dA]\\)") },
  { pattern: alone("[STFGM]\\d{7}[A-Z]") },
  { pattern: alone("[A-Z][1289]\\d{8}") },
  { pattern: alone("\\d-\\d{4}-\\d{5}-\\d\\d-\\d") },
  // Argentina, Russia, Portugal.
  { pattern: alone("\\d\\d-\\d{8}-\\d") },
  { pattern: alone("\\d{3}-\\d{3}-\\d{3} \\d\\d") },
  { pattern: alone("\\d{8} ?\\d ?[A-Z]{2}\\d") },
  // What machines read from a passport, and a parcel's number of the post.
  { pattern: () => /(?<![A-Z0-9<])(?=[A-Z0-9<]{0,40}<<)[A-Z0-9<]{28,46}(?![A-Z0-9<])/g },
  { pattern: alone("[A-Z]{2} ?\\d{9} ?[A-Z]{2}") },
];

/** India's PAN. */
const withFourDigits: Shape[] = [{ pattern: alone("[A-Z]{5}\\d{4}[A-Z]") }];

/** Identity papers and tax numbers of six digits or more, whose shape, check digits or day of birth tell what they are. */
export function* findPapers(text: string): Generator<Finding> {
  yield* findShapes(text, shapes);
  yield* findShapes(text, withFourDigits);
}

/** Those that have four or five digits. */
export function findShortPapers(text: string): Generator<Finding> {
  return findShapes(text, withFourDigits);
}

function* findShapes(text: string, shapes: Shape[]): Generator<Finding> {
  for (const { pattern, isRight } of shapes) {
    for (const { 0: written, index } of text.matchAll(pattern())) {
      const number = written.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
      if (isRight === undefined || isRight(number))
        yield { kind: "number", start: index, end: index + written.length, identity: number };
    }
  }
}

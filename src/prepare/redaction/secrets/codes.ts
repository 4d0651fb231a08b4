import type { Finding } from "../findings.ts";
import { end, start, whenNeeded } from "../word-lists.ts";
import { secretOf } from "./secret-of.ts";
import { codeWords } from "./words.ts";

const verb =
  "(?:is(?: now)?|was|=|['’]s|é|eh|era|es|está|est|c['’]est|ist|lautet|war|è|er|är|on|jest|to|je|is het|это|-|is:|:|olur)";
const words = (most: number) => `(?:\\s{1,4}[\\p{L}\\p{M}'’-]{1,14}){0,${most}}?`;

const digits =
  "(?<value>(?:[A-Z]{1,3}-)?(?:\\d{3,4}(?:[ -]?\\d{3,4}|\\d{0,4})|\\d\\d(?:[ -]\\d\\d){1,3}|\\d(?:[ -]\\d){3,7}))";
const notGoingOn = "(?![\\p{sc=Latin}\\p{sc=Cyrillic}\\p{N}]|[.,]\\d)";
const announced = whenNeeded(
  () =>
    new RegExp(
      `${start}(?<word>${codeWords})${words(5)}\\s{0,2}(?:[:=#>-]{1,2}|→|\\s${verb}:?)[\\s"'*#]{0,3}${digits}${notGoingOn}`,
      "giu",
    ),
);
const mentioned = whenNeeded(
  () => new RegExp(`${start}(?<word>${codeWords})${words(4)}\\s+["'*#]{0,2}${digits}${notGoingOn}`, "giu"),
);
const before = whenNeeded(
  () =>
    new RegExp(
      `${start}${digits}["'*]{0,2}(?:\\s+(?:is|é|eh|es|est|ist|è|er|är|to|это|-|—)\\s*${words(6)}\\s+(?:${codeWords})|\\s(?:${codeWords})(?=[^\\p{L}\\p{N}\\n]{0,4}(?:\\n|$)))${end}`,
      "giu",
    ),
);
const toEnter = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:use|enter|type|usa|use o|utilize|introduza|digite|ingresa|introduce|saisissez|entrez|inserisci|wpisz|введите)\\s${digits}${notGoingOn}`,
      "giu",
    ),
);
/** With letters: "code: AB12CD", "digicode 54B18", "code porte 5418A". */
const ofLetters = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${codeWords})${words(4)}\\s{0,2}(?:[:=#]|\\s${verb})\\s{0,2}(?<value>(?=[a-zA-Z-]*\\d)(?=[\\d-]*[a-zA-Z])[a-zA-Z0-9][a-zA-Z0-9-]{3,23})${end}`,
      "giu",
    ),
);
const ofDoor = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:digicode|code (?:de la |d['’])?(?:porte|entrée|immeuble|portail|interphone)|door ?code|gate ?code|türcode)${words(2)}[\\s:=]{1,3}(?:${verb}\\s)?(?<value>(?=[A-Z]?\\d)(?=\\d*[A-Z])[A-Z0-9]{3,8})${end}`,
      "giu",
    ),
);
/** As some senders write their codes, whatever stands around them. */
const ofSender = /(?<![\p{L}\p{N}])(?<value>(?:G|FB|IG|WA)-\d{4,8})(?![\p{L}\p{N}])/gu;

/** One-time codes and PINs: four to eight digits beside a word for one. */
export function* findCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(ofLetters())) if (isWrittenAsCode(match)) yield secretOf(match, "code");
  for (const match of text.matchAll(ofDoor())) yield secretOf(match, "code");
  for (const match of text.matchAll(announced())) if (!isFault(text, match)) yield secretOf(match, "code");
  for (const match of text.matchAll(mentioned())) {
    if (
      !isFault(text, match) &&
      (!isYearOrHundreds(match.groups?.value ?? "") || isSurelyCode.test(match[0]))
    )
      yield secretOf(match, "code");
  }
  for (const match of text.matchAll(before()))
    if (!isYearOrHundreds(match.groups?.value ?? "") && digitsOf(match) >= 4) yield secretOf(match, "code");
  for (const match of text.matchAll(toEnter())) if (digitsOf(match) >= 4) yield secretOf(match, "code");
}

/** Whether a text with four digits or more may say what to enter, without a word for a code. */
export const mentionsLogin =
  /\blog[ -]?(?:in|on)\b|\bsign[ -]?in\b|\bentrar\b|\biniciar ses|\beinlogg|\banmeld|connecter\b|\bzalog|войти|войдите/i;

/** "Use 481516 to log in", where no word for a code stands. */
export function* findLoginCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(toEnter()))
    if (digitsOf(match) >= 4 && !isYearOrHundreds(match.groups?.value ?? "")) yield secretOf(match, "code");
}

export function* findSendersCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(ofSender)) yield secretOf(match, "code");
}

/** "Türcode 1963": nothing else has such a number, though it may look like a year. */
const isSurelyCode = /^(?:\p{L}*tür-?code|\p{L}*pin|puk|digicode|geheimzahl|\p{L}+kod[en]?)\s+\S+$/iu;

/** In capitals, or with half its characters digits: "AB12CD", "4b18c2", and not "page3". */
function isWrittenAsCode({ groups }: RegExpMatchArray): boolean {
  const value = groups?.value ?? "";
  if (/^0x/i.test(value)) return false;
  if (/^[A-Z0-9-]+$/.test(value)) return true;
  return (
    value.length >= 5 && (value.match(/\d/g)?.length ?? 0) * 2 >= value.length && !/^\d+\p{L}+$/u.test(value)
  );
}

/** "error code 1001" is nobody's secret; nor are three digits. */
function isFault(text: string, match: RegExpMatchArray): boolean {
  const index = match.index ?? 0;
  const head = text.slice(Math.max(0, index - 9), index);
  return (
    digitsOf(match) < 4 ||
    /(?:error|status|exit|erro|http|dress|return|source|post|area|bar|zip|model)[\s-]?$/i.test(head)
  );
}

function digitsOf({ groups }: RegExpMatchArray): number {
  return (groups?.value ?? "").replace(/\D/g, "").length;
}

export function isYearOrHundreds(candidate: string): boolean {
  return /^(?:(?:19|20)\d\d|\d\d0{2,3})$/.test(candidate);
}

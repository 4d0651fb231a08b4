import type { Finding } from "../findings.ts";
import { hidden } from "../folded-text.ts";
import { end, start, whenNeeded } from "../word-lists.ts";
import { secretOf } from "./secret-of.ts";
import { anyValue, isNoSecret, isPlaceholder, secretLike, surelySecret } from "./values.ts";
import { passwordWord, passwordWords, sharedWords, unspacedWords } from "./words.ts";

const verb =
  "(?:is(?: now)?|was|are|=|['’]s|é|eh|era|es|est[áa]?|c['’]est|ist|lautet|war|wäre|è|er|är|jest|je|to|is het|это|-|is:|:|olur)";
const words = (most: number) => `(?:\\s{1,4}[\\p{L}\\p{M}'’+-]{1,14}){0,${most}}?`;
const sign = "(?:[:=]|->|=>|→|>>)";

/** "senha do wifi: …": whatever stands there. */
const announced = whenNeeded(() => new RegExp(`${words(5)}\\s{0,3}${sign}[\\s*_\`']{0,4}${anyValue}`, "uy"));
const plainWords = (least: number) =>
  `(?<value>[\\p{L}\\p{M}'’-]{1,24}(?:[ ]{1,2}[\\p{L}\\p{M}'’-]{1,24}){${least - 1},4})(?=[^\\p{L}\\p{N}\\n${hidden}]{0,8}(?:\\n|$))`;
/** "pass: horse battery staple": two to five words and the line ends; three after more than the word itself. */
const phrases = [
  whenNeeded(() => new RegExp(`\\s{0,3}${sign}\\s{0,3}${plainWords(2)}`, "uy")),
  whenNeeded(() => new RegExp(`${words(5)}\\s{0,3}${sign}\\s{0,3}${plainWords(3)}`, "uy")),
];
/** "the password is …", "pass …": what looks like a secret, and not "the password is wrong". */
const told = whenNeeded(
  () => new RegExp(`${words(5)}\\s{1,4}${verb}\\s{1,4}(?:${secretLike}${anyValue})`, "uy"),
);
const besides = whenNeeded(
  () => new RegExp(`\\s{1,4}(?:${secretLike}(?=\\S{0,63}(?:\\p{L}|\\d{4}))(?![-/$!(<])${anyValue})`, "uy"),
);
const later = whenNeeded(() => new RegExp(`${words(3)}\\s{1,4}${surelySecret}`, "uy"));
const announcements = [...phrases, announced];
const mentions = [told, besides, later];
/** "pass" is what people do with exams and arguments, too. */
const mentionsOfPass = [whenNeeded(() => new RegExp(`\\s{1,4}(?:is\\s)?${surelySecret}`, "uy"))];

const unspaced = whenNeeded(
  () =>
    new RegExp(
      `(?:${unspacedWords})[^\\nA-Za-z0-9${hidden}]{0,8}(?<value>[A-Za-z0-9!@#$%^&*_.-]{4,64})`,
      "giu",
    ),
);
const article =
  "(?:(?:the|our|my|your|his|her|a|an|das|mein|unser|die|der|la|el|mi|le|mon|ma|notre|o|minha|nossa|il|lo|mia|het|ons|mijn|det)\\s)?";
const its = `(?:is|['’]s|=|é|eh|es|est|c['’]est|ist|è|er|är|jest|to(?=\\shas)|это|の?が|は|是|->|→|for|für|per|para|pra|pour)`;
/** "hunter22x is the password", "sommer79 ist das WLAN-Passwort", "tulip88 for the wifi". */
const toldBefore = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{sc=Latin}\\p{N}@./-])${surelySecret}["'*,!]{0,2}\\s{1,3}${its}\\s{0,3}${article}${words(2)}\\s{0,3}(?:${passwordWords}|${sharedWords}|${unspacedWords})(?![\\p{sc=Latin}\\d])`,
      "giu",
    ),
);
/** "the wifi is sunflower99", "wlan: sunflower99", "netflix → …". */
const toldOfShared = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${sharedWords})(?![\\p{sc=Latin}\\d-])(?!\\s(?:drivers?|cards?|adapt[eo]r|chip(?:set)?|dongle|module|interface|channel|model|firmware)${end})(?:${words(2)}\\s{0,3}(?:${sign}|(?<=\\s)${verb}|は|是|은|는))?["'*:\\s]{0,4}${surelySecret}`,
      "giu",
    ),
);
/** What a telephone reads from the square code of a network. */
const networkCode = /WIFI:(?:[A-Z]{1,3}:(?:\\.|[^;\\\n]){0,128};){1,7};?/gi;

/** Passwords beside a word for one. */
export function* findPasswords(text: string): Generator<Finding> {
  for (const { 0: whole, index } of text.matchAll(networkCode))
    yield { kind: "password", start: index, end: index + whole.length };
  passwordWord.lastIndex = 0;
  for (let word = passwordWord.exec(text); word !== null; word = passwordWord.exec(text)) {
    const after = passwordWord.lastIndex;
    const match =
      firstMatchAt(announcements, text, { position: after, isOther: isPlaceholder }) ??
      firstMatchAt(/^pass$/i.test(word[0]) ? mentionsOfPass : mentions, text, {
        position: after,
        isOther: isNoSecret,
      });
    if (match === undefined) continue;
    yield secretOf(match, "password");
    passwordWord.lastIndex = match.index + match[0].length;
  }
  for (const match of text.matchAll(unspaced()))
    yield secretOf(match, /\D/.test(match.groups?.value ?? "") ? "password" : "code");
}

/** Those that have a digit, before their word or after what many share a password for. */
export function* findSharedPasswords(text: string): Generator<Finding> {
  for (const pattern of [toldBefore, toldOfShared])
    for (const match of text.matchAll(pattern()))
      if (!isNoSecret(match.groups?.value ?? "")) yield secretOf(match, "password");
}

interface Where {
  position: number;
  /** Whether a value is something else than a secret. */
  isOther: (value: string) => boolean;
}

function firstMatchAt(
  patterns: (() => RegExp)[],
  text: string,
  { position, isOther }: Where,
): RegExpExecArray | undefined {
  for (const patternOf of patterns) {
    const pattern = patternOf();
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null && !isOther(match.groups?.quoted ?? match.groups?.value ?? "")) return match;
  }
  return undefined;
}

import { askedOnce } from "../../surroundings.ts";
import { anyOf, end, start, whenNeeded } from "../../word-lists.ts";
import { endsAsPlace, house, isWrittenAsName, letter, looksEnglish } from "./parts.ts";
import type { Match, StreetPattern } from "./pattern.ts";

const boxes = [
  "(?:g\\.?)?p\\.?\\s?o\\.?\\s?box|p\\.?o\\.?b\\.?|private bag|locked bag",
  "postfach|postbus|postboks|postlåda|boîte postale",
  "apartado(?: de correos| postal)?|casilla(?: de correos?)?|caixa postal|cx\\.? postal|casella postale",
  "c\\.?p\\.",
  "skr(?:ytka|\\.)\\s?poczt(?:owa|\\.)?|а\\/я|私書箱|p\\.?k\\.",
];
/** In capitals, at the end of an address: "BP" is blood pressure too. */
const frenchBox = /(?<![\p{L}\p{N}])B\.?P\.?\s?(?:n[º°o]\s?)?\d{1,5}(?![\p{L}\p{N}/])/gu;
const box = whenNeeded(
  () => new RegExp(`${start}(?:${anyOf(boxes)})\\s?(?:n[º°o.]{1,2}\\s?|#\\s?)?:?\\s?\\d{1,6}${end}`, "giu"),
);

/** Words that end the name of an Indian street, colony or house. */
const indianWords = [
  "nagar|colony|layout|enclave|vihar|marg|chowk|bagh|puram|mohalla|gali|society|apartments?|apts?",
  "residency|heights|towers?|palya|halli|chawl|extension|phase|sector|cross|main(?: road)?|road|street",
  "lane|complex|garden",
];
const doorWords =
  "h\\.?\\s?no|house no|door no|d\\.?\\s?no|plot(?: no)?|flat(?: no)?|shop no|villa(?: no)?|bungalow(?: no)?|quarter no|qtr no|no";
const door = "(?:[a-z]{1,2}[-/ ]?)?\\d{1,5}(?:[-/]\\d{1,4}){0,3}[a-z]?";
const indian = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${doorWords})[.:]{0,2}\\s{0,2}#?${door},?\\s(?:[${letter}\\d.'’-]{1,20},?\\s){0,4}?(?:${anyOf(indianWords)})(?:[- ]?\\d{1,3}[a-z]?)?${end}(?:,?\\s(?:sector|phase|block)\\s?\\d{1,3}${end})?`,
      "giu",
    ),
);
const indianNumber = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{L}\\p{N}$£€₹:.-])(?:#\\s?)?${door},?\\s(?:[${letter}.'’-]{2,20}\\s){1,2}(?:nagar|colony|layout|enclave|vihar|marg|chowk|bagh|mohalla|puram|palya)${end}`,
      "giu",
    ),
);
const sectorHouse = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:sector|sec|phase|block|pocket)[- ]?[a-z]?\\d{1,3},?\\s(?:house|h\\.?\\s?no|flat|plot)[.:# ]{0,3}${door}${end}`,
      "giu",
    ),
);
/** The name first: "MG Road 12", "Patel Nagar 14/2". */
const nameFirst = whenNeeded(
  () =>
    new RegExp(
      `${start}(?<name>[${letter}.]{2,20}(?:\\s[${letter}.]{2,20})?)\\s(?:road|marg|nagar|street|colony|lane)\\s(?:no\\.?\\s?)?${house}`,
      "giu",
    ),
);

const adjectiveEndings = "ska|cka|dzka|owa|ewa|ego|iej|ej|ów|ich|ych|ki|ova";
const isAdjective = new RegExp(`(?:${adjectiveEndings})$`, "i");
/** A flat after its house, without a street's word, in Polish, Czech and Russian: "Długa 5/31", "Ленина 5, кв 12". */
const withFlat = whenNeeded(
  () =>
    new RegExp(
      `${start}(?<name>[${letter}]{2,20}(?:${adjectiveEndings}|á|ní|nám)|[${letter}]{0,20}[ąćęłńśźżřěůď][${letter}]{1,20}|\\p{Lu}[${letter}]{2,16}cza|\\p{Lu}[${letter}]{1,16}(?:lna|nna|sta|wa))\\s(?<house>\\d{1,4}[a-z]?)(?:\\/|\\sm\\.?\\s?)\\d{1,3}[a-z]?(?![\\p{L}\\p{N}/.:-])`,
      "giu",
    ),
);
/** Not "план на 2 кв 2024": a quarter of a year. */
const russianFlat =
  /(?<![\p{L}\p{N}])(?:\p{L}{3,20}\s)?(?!(?:сезон|план|отч[её]т|зарплата|бюджет|налог|итоги|премия|доход)\p{L}{0,2}\s)(?:\p{L}{4,20},?\s)(?:д(?:ом|\.)?\s?)?\d{1,3}\p{L}?,?\s?(?:(?:корп?\.?|к\.)\s?\d{1,2},?\s?)?(?:кв|квартира|оф)\.?\s?(?!20\d\d)\d{1,4}(?![\p{L}\p{N}])/giu;

/** "MG Road 12", and not "Abbey Road 2": after a film or song, one digit tells which. */
function isName({ found, groups, text, index }: Match): boolean {
  return (
    !/\D\d$/.test(found) &&
    isWrittenAsName(groups.name ?? "") &&
    !looksEnglish(text) &&
    endsAsPlace(text, index + found.length)
  );
}

const hasFrenchStreet = askedOnce(/rue|avenue|boulevard|adresse|cedex/i);

/** "BP 120, 75008 Paris", "12 rue Verte BP 45": beside another part of an address. */
function isFrenchBox({ found, text, index }: Match): boolean {
  return /^\s{0,2}[,–-]?\s{0,2}\d{5}(?!\d)/.test(text.slice(index + found.length)) || hasFrenchStreet(text);
}

/** "no 2 times on the street", "No 1 lives in this society": what nobody calls a street. */
const everyday =
  /\s(?:the|this|that|these|an?|my|your|our|his|her|their|in|on|of|for|to|with|is|are|was|were|and|or|but|people|guys|cars?|times?|ways?|holes?|one)(?:\s|$)/i;

/** After a bare "no", a name in capitals; "house no" and "flat" say themselves what is meant. */
function isIndian({ found }: Match): boolean {
  const words = found.replace(/^\D*\S+/, "");
  if (everyday.test(words)) return false;
  return (
    !/^no/i.test(found) ||
    /^no[.:]{0,2}\s{0,2}#?\S*\d[-/]/i.test(found) ||
    (/^no[.:]{0,2}\s{0,2}#?\S*\d{2}/i.test(found) && isWrittenAsName(words))
  );
}

function isColony({ found, text, index }: Match): boolean {
  const words = found.replace(/^[^\s]+\s/, "");
  return (
    isWrittenAsName(words) || (/^\D{0,3}\d{2}|[-/]/.test(found) && endsAsPlace(text, index + found.length))
  );
}

/** "Długa 5/31", and not "łyżka 1/2", "ocena ładna 8/10", "Wisła 2/1": fractions, marks and scores have one digit. */
function isPolishOrCzech({ found, groups }: Match): boolean {
  const { name = "" } = groups;
  if (/\/\s?(?:0|10)$/.test(found) || /^(?:polska|praca)$/i.test(name)) return false;
  if (/\s\d\/\d$/.test(found)) return isAdjective.test(name) && isWrittenAsName(name);
  return isWrittenAsName(name) || /[ąćęłńśźżřěů]/.test(name);
}

/** Boxes, doors and flats: what stands for an address without a street's word. */
export const doors: StreetPattern[] = [
  {
    mentions: /box|bag|pob|p\.o|post|b\.?p|apartado|casilla|caixa|cx|casella|c\.?p\.|skr|а\/я|私|p\.?k\./i,
    pattern: box,
  },
  {
    mentions: new RegExp(`${start}(?:${doorWords})[.:]{0,2}\\s{0,2}#?(?:[a-z]{1,2}[-/ ]?)?\\d`, "iu"),
    pattern: indian,
    isMeant: isIndian,
  },
  {
    mentions: /nagar|colony|layout|enclave|vihar|marg|chowk|bagh|mohalla|puram|palya/i,
    pattern: indianNumber,
    isMeant: isColony,
  },
  { mentions: /sec|phase|block|pocket/i, pattern: sectorHouse },
  { mentions: /B\.?P/, pattern: () => frenchBox, isMeant: isFrenchBox },
  { mentions: /\s(?:road|marg|nagar|street|colony|lane)\s/i, pattern: nameFirst, isMeant: isName },
  { mentions: /\d(?:\/|\sm\.?\s?)\d/i, pattern: withFlat, isMeant: isPolishOrCzech },
  { mentions: /кв|оф/i, pattern: () => russianFlat },
];

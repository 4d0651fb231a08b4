import type { Finding } from "../findings.ts";

const letter = "\\p{L}\\p{M}";
const start = "(?<![\\p{L}\\p{N}])";
const end = "(?![\\p{L}\\p{N}])";
const name = `[${letter}.'’-]{1,24}`;
/** A house number, and no time, year of a sentence, or amount: "na rua às 10", "rua fechada 2 horas". */
const house = `\\d{1,4}(?:\\s?[-/]\\s?\\d{1,4})?[a-zA-Z]?(?![\\p{L}\\p{N}:€%]|\\s(?:h|hs|horas?|heures?|uhr|min\\p{L}*|€|euros?|anos?|años|ans|jahre?|dias?|días|jours?|tage?|km|vezes|veces|fois|mal|times?|hours?|days?|weeks?|months?|years?|x)(?![\\p{L}]))`;
/** Words that come before a time or a year. */
const notBeforeHouse =
  "(?<!(?<![\\p{L}\\p{M}])(?:[àa]s?|ao|las?|los|at|at[ée]|hasta|desde|depuis|seit|since|alle|ore|em|en|in|de|d[oae]s?|e|y|et|und|h[áa]|hace|com|por|para|pelas?|ou|um|o|os|w|od|do|в|на|с|до|к)\\s{1,4})";
const numberLast = `(?:,?\\s{0,4}(?:n\\.?\\s?[º°o]?\\.?|no\\.?|num\\.?|número|nr\\.?|д\\.|дом|بناية)?\\s{0,4})${notBeforeHouse}`;

/** The street's word stands first, a house number last: "Rua do Ouro, nº 12", "ul. Długa 7", "ул. Ленина, д. 5". */
const streetWords =
  "rua|avenida|av\\.|travessa|tv\\.|praceta|alameda|rodovia|calle|c\\/|avda\\.?|carrer|piazza|bulevardul|ulica|ul\\.|улица|ул\\.|проспект|пр-?т?\\.|переулок|пер\\.|вул\\.|бульвар|οδός|λεωφόρος|jalan|jl\\.|đường|شارع|רחוב";
const wordFirst = new RegExp(
  `${start}(?:${streetWords})(?:\\s{1,4}|(?<=[./]))(?:${name}\\s{1,4}){0,5}${name}${numberLast}${house}`,
  "giu",
);
/** Words that mean other things too, so that the street's name must be written as one: "Via Garibaldi, 7". */
const ambiguousWords =
  "(?<!(?:^|\\s)et\\s)[Aa]l\\.|[Oo]s\\.|[Pp]l\\.|[Oo]siedle|[Aa]lej[ae]|[Pp]lac|R\\.|[AaVv]v|[Ll]argo|[Pp]ra[çc]a|[Ee]strada|[Bb]eco|[Pp]laza|[Pp]aseo|[Cc]amino|[Vv]ia(?:le)?|[Cc]orso|[Vv]icolo|[Ss]trada|Str\\.|Quinta d[aeo]";
const ambiguousWordFirst = new RegExp(
  `${start}(?:${ambiguousWords})\\s{1,4}(?:(?:d[aeo]s?|de la|del|della|dei|di)\\s)?(?:\\p{Lu}${name}\\s{1,4}(?:(?:d[aeo]s?|de|e)\\s)?){0,3}\\p{Lu}${name}${numberLast}${house}`,
  "gu",
);

const months =
  "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|enero|febrero|marzo|mayo|junio|julio|sep?tiembre|octubre|noviembre|diciembre|aprile|maggio|giugno|settembre|novembre|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|мая|октября|марта|января";
/** Streets that are called after a day, with a number that is no year: "Rua 25 de Abril 14", "ul. 3 Maja 7". */
const dayFirst = new RegExp(
  `${start}(?:${streetWords}|${ambiguousWords})\\s{0,3}(?:d[aeo]s?\\s)?\\d{1,2}(?:\\.?[ºª°]|\\.)?\\s{1,3}(?:de\\s)?(?:${months})${end}${numberLast}(?!(?:19|20)\\d\\d(?!\\d))${house}`,
  "giu",
);

/** The street's word ends the name, in one word with it or apart: "Lindenstraße 12a", "Kerkstraat 5", "Berliner Allee 7". */
const wordsLast =
  "stra(?:ß|ss)e|str\\.|gasse|allee|chaussee|platz|damm|ufer|weg|straat|laan|gracht|plein|gatan|vägen|veien|vej|katu|utca";
/** After a hyphen: "Karl-Marx-Allee"; what also counts things, after two ("Rosa-Luxemburg-Platz"). */
const wordsHyphened = `-(?:Stra(?:ß|ss)e|Str\\.|Gasse|Allee|Chaussee|Damm|Ufer)|-\\p{Lu}[${letter}.]{0,20}-(?:Platz|Weg|Ring)`;
const wordsApart =
  "Stra(?:ß|ss)e|Str\\.|Gasse|Allee|Chaussee|Damm|Ufer|Weg|Utca|utca|[Ss]okak|[Ss]ok\\.|[Cc]addesi|[Cc]ad\\.|[Bb]ulvar[ıi]";
const notStreets = "(?!(?:Park|Sitz|Steh|Stell|Arbeits|Spiel|Schlaf|Heim|Rück|Hin)(?:platz|weg))";
const wordLast = new RegExp(
  `${start}${notStreets}(?:\\p{Lu}[${letter}.'’-]{1,30}?(?:${wordsLast}|${wordsHyphened})|\\p{Lu}[${letter}.'’-]{1,30}\\s(?:${wordsApart}))\\s{1,4}(?:[Nn]o:?\\s?)?${house}`,
  "gu",
);

/** Words that end nothing but streets need no capital. */
const notPlainStreets =
  "(?!(?:land|bundes|schnell|einbahn|seiten|neben|winkel)str|(?:regi|mini|admini|magi|illu|orche|indu)str\\.)";
const plainWordLast = new RegExp(
  `${start}${notPlainStreets}[${letter}'’-]{3,30}?(?:stra(?:ß|ss)e|str\\.|straat|gatan)\\s{1,4}(?:nr\\.?\\s?)?${house}`,
  "giu",
);

/** The number first, in English with a capital or a plain street word, in French with any name. */
const englishWord =
  "street|st\\.?|avenue|ave\\.?|road|rd\\.?|boulevard|blvd\\.?|lane|ln\\.?|drive|dr\\.?|court|ct\\.?|way|place|pl\\.?|terrace|square|sq\\.?|close|crescent|parkway|pkwy|highway|hwy";
const englishNumber = new RegExp(
  `${start}\\d{1,5}[A-Za-z]?,?\\s+(?:(?:[NSEW]\\.?|North|South|East|West)\\s+)?(?:(?:\\p{Lu}[${letter}.'’-]{0,20}|\\d{1,3}(?:st|nd|rd|th))\\s+){1,3}(?:${englishWord.replace(/[a-z]+/g, (word) => `[${word[0]?.toUpperCase()}${word[0]}]${word.slice(1)}`)})${end}(?:,?\\s*(?:[Aa]pt|[Uu]nit|[Ss]uite|#)\\.?\\s?#?\\w{1,5})?`,
  "gu",
);
const englishPlain = new RegExp(
  `${start}\\d{2,5}\\s+(?!mph|kmh|way|lane|year|mile|foot|point)[a-z]{3,15}\\s+(?:street|avenue|ave|boulevard|blvd|lane|road|rd)${end}`,
  "giu",
);
const frenchHouse = `${start}\\d{1,4}(?:\\s?(?:bis|ter|quater))?,?\\s{1,4}`;
const frenchStreet =
  "[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d\\.?|[Cc]hemin|[Aa]ll[ée]e|[Ii]mpasse|[Qq]uai|[Ff]aubourg|[Rr]uelle";
const frenchNumber = new RegExp(
  `${frenchHouse}(?:${frenchStreet}|[Aa]v\\.|[Pp]lace|[Rr]oute)\\s+(?:(?:de|du|des|la|le|les|l['’]|d['’])\\s?){0,3}(?:\\p{Lu}[${letter}.'’-]{0,24}\\s?){1,4}`,
  "gu",
);
/** "12 rue des lilas", and not "à 1 rue de chez moi". */
const frenchPlain = new RegExp(
  `${frenchHouse}(?:${frenchStreet})\\s{1,4}(?:de\\sla\\s|de\\sl['’]|des?\\s|du\\s|d['’])(?!(?:chez|distance|l[aà]|le|les|plus|moins|plage|mon|ma|ton|ta|son|sa|notre|votre|leur)${end})[${letter}-]{3,24}${end}`,
  "gu",
);
const chinese =
  /[\p{sc=Han}]{1,12}(?:路|街|大道|巷|弄|胡同)\s?\d{1,5}\s?(?:弄\s?\d{1,4}\s?)?[号號](?:\s?\d{1,5}\s?[室楼樓])?/gu;
const japanese =
  /[\p{sc=Han}\p{sc=Katakana}\p{sc=Hiragana}]{0,12}\d{1,2}丁目\s?\d{1,3}(?:番地?|-)(?:\s?\d{1,3}号?)?/gu;
const korean = /[가-힣]{2,10}(?:로|길)\s?\d{1,4}번길(?:\s?\d{1,4})?/gu;

/** Post codes whose shape nothing else has, or that a place or state follows. */
const states =
  "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]";
const britishPostCode = /(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])/g;
const placedPostCode = new RegExp(
  `${start}(?:\\d{4}-\\d{3}\\s+\\p{Lu}[${letter}]{2,20}|\\d{5}-\\d{3}(?!\\d)|\\d{4}\\s[A-Z]{2}(?=[,\\s]+\\p{Lu}\\p{Ll})|(?:\\p{Lu}[${letter}]{1,20},?\\s)?(?:${states})\\s\\d{5}(?:-\\d{4})?)${end}`,
  "gu",
);
/** Degrees with four decimals or more are a house, not a town. */
const coordinates = /(?<![\d.])-?\d{1,2}\.\d{4,17}\s?[,;]?\s?-?\d{1,3}\.\d{4,17}(?![\d.])/g;

const streets = [
  wordFirst,
  ambiguousWordFirst,
  dayFirst,
  wordLast,
  plainWordLast,
  englishNumber,
  englishPlain,
  frenchNumber,
  frenchPlain,
  chinese,
  japanese,
  korean,
];

/** Whether a text has a street's word in it; one cheap look before the many. */
const mentionsStreet =
  /str[.aeß]|\bst\b|rua|\br\.|\bav|trav|\btv\.|larg|pra[çc]|estra|alam|beco|rodo|quint|call?e|\bc\/|pla[zct]|pase|carr|cami|\bvi[ac]|piaz|cors|ulic|\bul\.|\bal[.el]|\bos\.|osied|ut?ca|улиц|ул\.|просп|пр|пер|вул\.|бульв|οδός|λεωφ|jalan|\bjl|đườ|شارع|רחוב|weg\b|gasse|ring\b|damm|ufer|chau|laan|grac|plein|kade|gata|väg|veien|vej|gade|katu|tie\b|soka|sok\.|cad[.d]|bulv|mahal|road|\brd|boul|blv|\bbd|lane|\bln|driv|\bdr|court|\bct|way\b|\bpl\b|terr|squa|\bsq|close|cresc|park|pkwy|highw|hwy|rue|chem|impa|quai|route|cours|faub|[路街道巷弄同目길]/i;

const longestTail = 48;

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
  if (!mentionsStreet.test(text)) return;
  for (const pattern of streets) {
    for (const { 0: address, index } of text.matchAll(pattern)) {
      const end = index + address.trimEnd().length;
      const after = tail.exec(text.slice(end, end + longestTail))?.[0] ?? "";
      yield { kind: "address", start: index, end: end + after.length };
    }
  }
}

/** Post codes that are nothing else by their shape or by the place beside them, and coordinates. */
export function* findPlaces(text: string): Generator<Finding> {
  for (const pattern of /\d{4}/.test(text)
    ? [britishPostCode, coordinates, placedPostCode]
    : [britishPostCode]) {
    for (const { 0: place, index } of text.matchAll(pattern))
      yield { kind: "address", start: index, end: index + place.length };
  }
}

import type { Finding } from "./findings.ts";

const letter = "\\p{L}\\p{M}";
const start = "(?<![\\p{L}\\p{N}])";
const end = "(?![\\p{L}\\p{N}])";
const house = "\\d{1,5}(?:\\s?[-/]\\s?\\d{1,4})?\\s?(?:[a-zA-Z](?![\\p{L}\\p{N}]))?";
const name = `[${letter}.'’-]{1,24}`;

/** The street's word stands first, a house number last: "Rua do Ouro, nº 12", "ul. Długa 7", "ул. Ленина, д. 5". */
const wordFirst = [
  "rua|r\\.|avenida|av\\.?|travessa|tv\\.|largo|pra[çc]a|praceta|estrada|alameda|beco|rodovia|quinta d[aeo]",
  "calle|c\\/|avda\\.?|plaza|paseo|carrer|camino|via|viale|piazza|corso|vicolo|strada|bulevardul|str\\.",
  "ulica|ul\\.|aleja|al\\.|os\\.|ulice|utca|улица|ул\\.|проспект|пр-?т?\\.|переулок|пер\\.|вул\\.|бульвар|οδός|λεωφόρος",
  "jalan|jl\\.?|đường|شارع|רחוב",
].join("|");
const numberLast = `(?:,?\\s*(?:n\\.?\\s?[º°o]?\\.?|no\\.?|num\\.?|número|nr\\.?|д\\.|дом|بناية)?\\s*)`;
const streetNumber = new RegExp(
  `${start}(?:${wordFirst})(?:\\s{1,4}|(?<=[./]))(?:${name}\\s{1,4}){0,5}${name}${numberLast}${house}${end}`,
  "giu",
);

/** The street's word ends the name: "Lindenstraße 12a", "Kerkstraat 5", "Berliner Allee 7". */
const wordLast =
  "stra(?:ß|ss)e|str\\.|weg|gasse|allee|platz|ring|damm|ufer|chaussee|straat|laan|gracht|plein|kade|gatan|gata|vägen|veien|vej|gade|katu|tie|utca|sokak|sok\\.|caddesi|cad\\.|bulvar[ıi]|mahallesi";
const compoundNumber = new RegExp(
  `${start}(?:\\p{Lu}${name}\\s){0,2}\\p{Lu}[${letter}.'’-]{0,30}?\\s?(?:${wordLast})\\s+(?:no:?\\s*)?${house}${end}`,
  "gu",
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
const frenchNumber = new RegExp(
  `${start}\\d{1,4}(?:\\s?(?:bis|ter|quater))?,?\\s+(?:rue|avenue|av\\.|boulevard|bd\\.?|place|chemin|all[ée]e|impasse|quai|route|cours|faubourg|ruelle)\\s+(?:(?:de|du|des|la|le|les|l['’]|d['’])\\s?){0,3}(?:\\p{Lu}[${letter}.'’-]{0,24}\\s?){1,4}`,
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
const britishPostCode = new RegExp(`${start}[A-Z]{1,2}\\d[A-Z\\d]?\\s?\\d[ABD-HJLNP-UW-Z]{2}${end}`, "gu");
const placedPostCode = new RegExp(
  `${start}(?:\\d{4}-\\d{3}\\s+\\p{Lu}[${letter}]{2,20}|\\d{5}-\\d{3}(?!\\d)|\\d{4}\\s[A-Z]{2}(?=[,\\s]+\\p{Lu}\\p{Ll})|(?:\\p{Lu}[${letter}]{1,20},?\\s)?(?:${states})\\s\\d{5}(?:-\\d{4})?)${end}`,
  "gu",
);
/** Degrees with four decimals or more are a house, not a town. */
const coordinates = /(?<![\d.])-?\d{1,2}\.\d{4,17}\s?[,;]?\s?-?\d{1,3}\.\d{4,17}(?![\d.])/g;

const streets = [
  streetNumber,
  compoundNumber,
  englishNumber,
  englishPlain,
  frenchNumber,
  chinese,
  japanese,
  korean,
];
const places = [coordinates, britishPostCode, placedPostCode];

/** Whether a text has a street's word in it; one cheap look before the many. */
const mentionsStreet =
  /str[.aeß]|\bst\b|rua|\br\.|\bav|trav|\btv\.|larg|pra[çc]|estra|alam|beco|rodo|quint|call?e|\bc\/|pla[zct]|pase|carr|cami|\bvi[ac]|piaz|cors|ulic|\bul\.|\bal[.el]|\bos\.|ut?ca|улиц|ул\.|просп|пр|пер|вул\.|бульв|οδός|λεωφ|jalan|\bjl|đườ|شارع|רחוב|weg\b|gasse|ring\b|damm|ufer|chau|laan|grac|plein|kade|gata|väg|veien|vej|gade|katu|tie\b|soka|sok\.|cad[.d]|bulv|mahal|road|\brd|boul|blv|\bbd|lane|\bln|driv|\bdr|court|\bct|way\b|\bpl\b|terr|squa|\bsq|close|cresc|park|pkwy|highw|hwy|rue|chem|impa|quai|route|cours|faub|[路街道巷弄同目길]/i;

const longestTail = 48;

/** A post code and a place that come right after a street. */
const tail =
  /^,?\s{0,3}(?:\d{4}-\d{3}|[A-Z]{0,2}-?\d{4,6}(?:\s[A-Z]{2})?)(?:\s\p{Lu}[\p{L}\p{M}-]{1,24})?(?![\p{L}\p{N}])/u;

/**
 * Street addresses with a house number, coordinates, and post codes that are nothing else.
 *
 * A street without a number stays: "we met in Rua Augusta" tells a town, not a door. In doubt a text stays.
 */
export function* findStreetAddresses(text: string): Generator<Finding> {
  for (const pattern of mentionsStreet.test(text) ? [...streets, ...places] : places) {
    for (const { 0: address, index } of text.matchAll(pattern)) {
      const end = index + address.trimEnd().length;
      const place = tail.exec(text.slice(end, end + longestTail))?.[0] ?? "";
      yield { kind: "address", start: index, end: end + place.length };
    }
  }
}

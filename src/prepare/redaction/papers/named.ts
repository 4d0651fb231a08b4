import type { Finding } from "../findings.ts";
import { anyOf, whenNeeded } from "../word-lists.ts";

/** Words for papers and the numbers that states and insurers give to people, by language. */
const papers = [
  "passport|ssn|social(?: security)?|national insurance|ni (?:number|no)|nino|driv(?:ing|er['’]?s?) licen[cs]e|licen[cs]e|(?:national |state |student )?id(?: card)? (?:number|no|num)\\.?|national id|id card|tax id|itin|ein",
  "nhs|medicare|medicaid|tfn|abn|pps|ppsn|utr|green card|visa number|(?:member(?:ship)?|policy|insurance|health card|student) (?:number|no|id)\\.?|social insurance|vin",
  "reisepass|pass(?:nummer|nr)|personalausweis|perso|ausweis|führerschein|steuer-?(?:id|nummer|nr|identifikationsnummer)|idnr|sv-?(?:nummer|nr)|(?:sozial|renten|kranken)versicherung\\p{L}*|versichertennummer|ahv|matrikelnummer",
  "passeport|cni|carte (?:d['’]identité|vitale)|s[ée]cu(?:rit[ée] sociale)?|permis(?: de conduire)?|nir|num[ée]ro fiscal|siret|siren|titre de séjour|registre national|niss",
  "dni|nie|nif|cif|pasaporte|c[ée]dula|rut|rfc|curp|cui[lt]|carn[ée]t?(?: de conducir)?|licencia(?: de conducir)?|seguridad social|nss|documento|cc",
  "cpf|cnpj|rg|cnh|cart[ãa]o de cidad[ãa]o|bilhete de identidade|passaporte|pis|título de eleitor|carta de condução|identidade|utente",
  "codice fiscale|carta d['’]identità|passaporto|patente|tessera sanitaria|partita iva|p\\.? ?iva",
  "bsn|burgerservicenummer|paspoort|rijbewijs|id-kaart|sofinummer",
  "pesel|dow[óo]d(?: osobisty| osobistego)?|nip|regon|paszport|prawo jazdy",
  "rodn[éá] č[íi]slo|obč(?:anka|anský průkaz)|cestovní pas|cnp|buletin|személyi(?:m)?|adóazonosító|taj(?:szám)?",
  "personnummer|cpr(?:-?n(?:umme)?r\\.?)?|fødselsnummer|hetu|henkilötunnus|kennitala|körkort|pass(?:nummer)",
  "t\\.?c\\.?(?: kimlik)?(?: no| numaram?)?|kimlik(?: no)?|pasaport|ehliyet",
  "(?:загран)?паспорт(?:а)?|снилс|инн|водительск\\p{L}*|полис\\p{L}*|егн|ідентифікаційн\\p{L}*|αφμ|αμκα|ταυτότητα",
  "aadhaa?r|pan(?: card)?|voter id|uan|nik|ktp|npwp|nric|mykad|hkid|cccd|cmnd|sss|philhealth",
];
const unspaced = [
  "身份证|身分證|护照|護照|驾照|駕照|社保",
  "マイナンバー|免許証|パスポート|旅券|保険証",
  "주민(?:등록)?번호|여권|면허|외국인등록번호",
  'ת["״]ז|תעודת זהות|דרכון|رقم الهوية|الهوية|جواز(?: السفر)?|บัตรประชาชน|หนังสือเดินทาง',
];
/** Words with other meanings, after which a number must be long. */
const ambiguous = ["ci|bi|cf|dl|sin|tin|ic|ine|pas|fin|id|права"];

const verb = "(?:is|are|['’]s|é|es|est|c['’]est|ist|è|jest|to|är|er|on|это|は|が|是|为|은|는)";
const between = (most: number) =>
  `(?:['’]s)?(?:\\s{1,3}(?!exp|valid|until|from|issued|since|in\\s|vence|válid|gültig|bis\\s|seit|scad)[\\p{L}.'’°º]{1,14}){0,${most}}?[\\s:=#.º°-]{0,4}(?:n[º°o]\\.?|nr\\.?|no\\.?|#)?[\\s:=#.-]{0,3}(?:${verb})?[\\s:=#-]{0,4}`;
const value = "(?<value>(?=[A-Z]{0,6}\\d|[A-Z]{1,4}[ -]\\d)[A-Z0-9](?:[A-Z0-9./ ()-]{2,26})[A-Z0-9)])";
const named = whenNeeded(
  () =>
    new RegExp(
      `(?:(?<![\\p{L}\\p{N}])(?:${anyOf(papers)})(?![\\p{L}])${between(3)}|(?:${anyOf(unspaced)})[^\\p{sc=Latin}\\d\\n]{0,8})${value}`,
      "giu",
    ),
);
const namedByOthers = whenNeeded(
  () => new RegExp(`(?<![\\p{L}\\p{N}])(?:${anyOf(ambiguous)})(?![\\p{L}])${between(1)}${value}`, "giu"),
);
/** "12345678Z is my dni", "el DNI de mamá": the number first. */
const namedAfter = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{L}\\p{N}.-])(?<value>(?=[A-Z]{0,4}\\d{2})[A-Z0-9]{1,4}[A-Z0-9./-]{4,20})[\\s,(]{1,3}(?:${verb}\\s)?(?:(?:my|the|his|her|mein|meine|der|die|das|mi|el|la|su|meu|o|a|mon|ma|le|il|mio|mijn|mój|to)\\s){0,2}(?:${anyOf(papers)})(?![\\p{L}])`,
      "giu",
    ),
);

const minDigits = 5;
const minDigitsOfOthers = 8;
/** As Germany's passports, with as many letters as digits. */
const isInCapitals = /^[A-Z0-9]{8,11}$/;
const date = /^(?:\d{1,2}[./ -]\d{1,2}[./ -]\d{2,4}|\d{4}[./ -]\d{1,2}[./ -]\d{1,2})$/;

/** Numbers of identity papers, licences, taxes and insurances, beside a word for one. */
export function* findNamedPapers(text: string): Generator<Finding> {
  for (const match of text.matchAll(named())) yield* numberOf(match, minDigits);
  for (const match of text.matchAll(namedByOthers())) yield* numberOf(match, minDigitsOfOthers);
  for (const match of text.matchAll(namedAfter())) yield* numberOf(match, minDigits);
}

export const mentionsPaper = new RegExp(
  `(?<!\\p{L})(?:${anyOf(papers, ambiguous)})(?!\\p{L})|${anyOf(unspaced)}`,
  "iu",
);

function* numberOf(match: RegExpMatchArray, least: number): Generator<Finding> {
  const value = (match.groups?.value ?? "").replace(/^(?:\p{Ll}+\s+){1,2}/u, "");
  const number = leadingNumber(value);
  const digits = number.match(/\d/g)?.length ?? 0;
  if (date.test(number) || (digits < least && !(digits > 2 && isInCapitals.test(number)))) return;
  const start = (match.index ?? 0) + match[0].lastIndexOf(value);
  const identity = number.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
  yield { kind: "number", start, end: start + number.length, identity };
}

/** The parts of a number that begin a stretch: those with digits, and letters in capitals beside them. */
function leadingNumber(value: string): string {
  let end = 0;
  for (const { 0: part, index } of value.matchAll(/[A-Za-z0-9()]+/g)) {
    const isPart = /\d/.test(part) || /^[A-Z]{1,4}$/.test(part);
    if (!isPart) break;
    if (/\d/.test(part) || /^[A-Z]{1,2}$/.test(part)) end = index + part.length;
  }
  return value.slice(0, end);
}

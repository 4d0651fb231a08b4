import type { Finding } from "../findings.ts";
import { askedOnce } from "../surroundings.ts";
import { anyOf, start } from "../word-lists.ts";

/** Words for an account, a bank's branch and what people call their numbers, by language. */
const accountWords = [
  "sort(?:[ -]?code)?|s/c|account(?: number| num| no\\.?)?",
  "acc(?:oun)?t?s?\\.?(?: number| num| no\\.?| nr\\.?)?|a/c(?: no\\.?)?",
  "routing(?: number| no\\.?)?|aba|rtn|bsb|transit(?: number| no\\.?)?|ifsc|iban|swift|bic",
  "kontonummer|konto(?:nr)?\\.?|kto\\.?(?:[- ]?nr\\.?)?|blz|bankleitzahl|depot(?:nummer|nr\\.?)?",
  "num[ée]ro de compte|compte(?: bancaire)?|rib|code (?:banque|guichet)|banque|guichet",
  "(?:n[úu]mero|nro\\.?|n[.º°o]+) de cuenta|cuenta(?: corriente| bancaria| de ahorros?)?",
  "cta\\.?(?: cte\\.?)?|clabe|cbu|cvu|cci",
  "n[úu]mero d[ae] conta|conta(?: corrente| poupança| n[ºo°.]*)?|ag[êe]ncia|ag\\.?|c\\/?c|cc|nib|poupança",
  "conto(?: corrente)?|c\\/c|abi|cab",
  "rekening(?:nummer)?|rek\\.?",
  "(?:nr|numer) (?:konta|rachunku)|konto|rachunek",
  "číslo účtu|účet",
  "clearing(?:nr|nummer)?\\.?|kontonr|reg\\.?(?: ?nr\\.?)?|bankgiro|plusgiro|swish",
  "hesap(?: no| numarası| numaram)?",
  "номер (?:сч[её]та|карты)|сч[её]т|карта|бик|р\\/с",
  "rekening|norek|no rek",
];
const unspacedWords = [
  "银行卡号?|账号|帳號|卡号",
  "口座(?:番号)?|支店番号",
  "계좌(?:번호)?",
  "حساب",
  "חשבון|סניף",
];

const verb = "(?:is|are|it's|é|eh|es|è|est|c'est|ist|lautet|jest|to|är|er|это|は|は、|是|为|為|은|는)";
const between = `(?:[\\s:#=.º°\\-–>→]{1,4}(?:${verb}[\\s:]{1,2})?|${verb}\\s?|['’]s\\s)`;
const account = "(?<value>\\d[\\d .\\-–/]{2,30}\\d(?:[- ]?[xX\\d])?)";
const named = new RegExp(
  `(?:${start}(?:${anyOf(accountWords)})${between}|(?:${anyOf(unspacedWords)})[^\\p{L}\\d\\n]{0,4}(?:${verb})?[^\\p{L}\\d\\n]{0,4})${account}(?![\\p{sc=Latin}\\d])`,
  "giu",
);
/** "12345678 is my account number". */
const namedAfter = new RegExp(
  `(?<![\\p{L}\\d.,/-])(?<value>\\d[\\d -]{4,22}\\d)[ ,(]{1,3}(?:${verb}\\s)?(?:(?:my|our|the|his|her|meine?|unsere?|die|das|la|mi|a|o|minha|ma|mon|mijn|mia)\\s){0,2}(?:${anyOf(accountWords)})(?![\\p{L}\\d])`,
  "giu",
);
/** A British sort code and account, whatever stands before them: "20-41-67 31976849". */
const sortAndAccount =
  /(?<![\p{L}\d.,/-])(?<value>(?:\d\d-\d\d-\d\d|\d\d \d\d \d\d)[\s,/]{1,3}(?!20[0-3]\d[01]\d)\d{8})(?![\p{L}\d]|[.,/-]\d)/gu;
/** India's code of a bank's branch, and the codes of banks after their name. */
const branch = /(?<![A-Za-z0-9])(?<value>[A-Z]{4}0[A-Z0-9]{6})(?![A-Za-z0-9])/g;
const branchAnyCase = new RegExp(
  `${start}(?:ifsc(?: code)?)[\\s:#=-]{1,3}(?:is\\s)?(?<value>[a-z]{4}0[a-z0-9]{6})(?![A-Za-z0-9])`,
  "gi",
);
/** An account that only its word makes one: mistyped, or of a country without check digits. */
const afterIban =
  /(?<![\p{L}\d])iban[\s:#=-]{0,3}(?:(?:is|é|es|ist|est|è|to)\s)?(?<value>[a-z]{2}\d\d[ ]?(?:[a-z0-9]{4}[ ]?){2,7}[a-z0-9]{1,4})(?![\p{L}\d])/giu;

const minDigits = 6;
/** An agency or branch beside an account: "ag 1234 cc 12345-6". */
const shortWord =
  /^(?:ag[êe]?n?c?i?a?|clearing|reg|abi|cab|bsb|code (?:banque|guichet)|banque|guichet|支店番号|סניף)/iu;
const isAccountNearby = askedOnce(/(?:conta|c\/?c|cta|cuenta|konto|compte|conto|account|acc|חשבון|口座)/iu);

/** Sort codes, routing and account numbers, which have no check of their own, beside a word that names them. */
export function* findNamedAccounts(text: string): Generator<Finding> {
  for (const pattern of [sortAndAccount, branch, branchAnyCase, afterIban])
    for (const match of text.matchAll(pattern)) yield accountOf(match);
  for (const match of text.matchAll(named)) if (isAccount(match, text)) yield accountOf(match);
  for (const match of text.matchAll(namedAfter)) if (isAccount(match, text)) yield accountOf(match);
}

function accountOf(match: RegExpMatchArray): Finding {
  const value = match.groups?.value ?? "";
  const from = (match.index ?? 0) + match[0].indexOf(value);
  return { kind: "bank", start: from, end: from + value.length, identity: value.replace(/[^\p{L}\d]/gu, "") };
}

function isAccount(match: RegExpMatchArray, text: string): boolean {
  const digits = (match.groups?.value ?? "").replace(/\D/g, "");
  if (/0{4}$/.test(digits)) return false;
  return (
    digits.length >= minDigits || (digits.length >= 3 && shortWord.test(match[0]) && isAccountNearby(text))
  );
}

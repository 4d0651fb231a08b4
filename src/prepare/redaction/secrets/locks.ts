import type { Finding } from "../findings.ts";
import { anyOf, end, start, whenNeeded } from "../word-lists.ts";
import { isYearOrHundreds } from "./codes.ts";
import { secretOf } from "./secret-of.ts";

/** What a number opens, and what hardly ever stands before another number. */
const locks = [
  "key ?safe|lock ?box|pad ?lock|bike lock|d-?lock|key ?pad|locker|combo|combination|buzzer|intercom|door ?code|gate ?code|entry ?code|access ?code|deadbolt|luggage lock|suitcase",
  "digicode|interphone|cadenas|coffre|visiophone|boîte à clés?",
  "schlüssel(?:box|safe|kasten|tresor)|(?:haus|wohnungs|garagen|hof)?tür-?code|zahlenschloss|fahrradschloss|tresor|spind|vorhängeschloss|klingel",
  "cadeado|cofre|fechadura|interfone|candado|caja fuerte|portero|telefonillo|casillero|taquilla",
  "lucchetto|cassaforte|citofono|cassetta|portone|cancello",
  "sleutelkluis(?:je)?|slot|hangslot|kluisje?|domofon\\p{L}*|kłódk\\p{L}|szyfr|sejf|kasa pancerna|hänglås|nyckelskåp|nøkkelboks|hengelås",
  "домофон\\p{L}*|замо?к\\p{L}*|сейф\\p{L}*|asma kilit|kasa",
];
/** What has other numbers, too: a word, a sign or a verb must say that this one opens it. */
const gates = [
  "(?:front |back |garage |main |side |cellar )?door|gate|garage|alarm|safe|entry|elevator|gym|airbnb|shed|lobby|building|phone|ipad|iphone|tablet",
  "porte|portail|immeuble|entrée|garage|alarme|haus|tor|garage|alarmanlage|keller|handy",
  "port[ãa]o|porta|alarme|pr[ée]dio|garagem|puerta|port[óo]n|portal|alarma|edificio|garaje|porta|allarme|garage",
  "deur|poort|garage|brama|bramy|furtk\\p{L}|drzwi|dörr|grind|dør|kapı",
  "дверь|подъезд\\p{L}*|ворота|квартир\\p{L}*",
];
const unspaced = [
  "オートロック|ロッカー|宅配ボックス|門|金庫",
  "门禁|门锁|大门|保险箱",
  "도어락|공동현관|현관문?|사물함|자물쇠",
];

const verb =
  "(?:is(?: now)?|['’]s|it['’]?s|c['’]est|est|ist|é|es|è|er|är|jest|to|это|は|が|是|은|는|olur|=|:|->|→|#)";
const words = (most: number) => `(?:\\s{1,3}[\\p{L}\\p{M}'’-]{1,14}){0,${most}}?`;
const code =
  "(?<value>(?:[A-Z]?\\d{3,8}[A-Z]?|\\d{2}[A-Z]\\d{2,3}|\\d{1,2}(?:[ -]\\d{1,2}){2,3}|\\d{4} ?\\d{4}))[#*]?(?![\\p{L}\\p{N}]|[.,:]\\d|\\s?(?:%|€|\\$|£|am|pm|h|uhr|euros?|reais|people|years?))";
const ofLock = whenNeeded(
  () => new RegExp(`${start}(?:${anyOf(locks)})${words(3)}\\s{0,2}${verb}?\\s{0,3}["'*#]?${code}`, "giu"),
);
const ofGate = whenNeeded(
  () =>
    new RegExp(
      `${start}(?:${anyOf(gates)})(?:\\s(?:code|pin|number|no\\.?|combo|kod|código|codice|nummer))?\\s{0,2}(?<verb>${verb}\\s{0,2})?\\s{0,2}["'*#]?${code}(?<sign>[#*]|\\s(?:then|and (?:then )?(?:enter|press|hash|hit)|enter|hash|star|puis|dann|depois|luego))?`,
      "giu",
    ),
);
const ofUnspaced = whenNeeded(
  () =>
    new RegExp(
      `(?:${anyOf(unspaced)})[^\\d\\n]{0,8}?${code.replace("(?![\\p{L}", "(?![\\p{sc=Latin}")}`,
      "gu",
    ),
);
/** "4811 is the gate code", "4811 opens the door". */
const before = whenNeeded(
  () =>
    new RegExp(
      `${start}(?<value>\\d{4,8})[#*]?\\s(?:(?:is|opens|for|é|es|est|ist|è|to|für|pour|para|abre)\\s)(?:(?:the|our|my|a|o|la|el|le|das|die|der|il|do|da)\\s){0,2}(?:\\p{L}{2,12}\\s)?(?:${anyOf(locks)}|(?:gate|door|garage|alarm|safe)(?:\\scode)?|alarm|haustür|porte|portail|port[ãa]o|puerta|porta)${end}`,
      "giu",
    ),
);

/** The three or four digits on a card, by language. */
const cardWords = [
  "cv[vc]2?|cid|csc|security (?:code|number|digits?)|sec code|card verification",
  "prüf(?:nummer|ziffern?|code|zahl)|kartenprüf(?:nummer|ziffer|code)|sicherheits(?:code|nummer)",
  "cryptogramme(?: visuel)?|code de s[ée]curit[ée]|code cvv",
  "c[óo]digo de seguran[çc]a|c[óo]digo de seguridad|c[óo]digo de verificaci[óo]n|códi?go cvv",
  "codice di sicurezza|beveiligingscode|kod (?:zabezpieczający|cvv|cvc)|säkerhetskod|güvenlik kodu",
  "код (?:безопасности|cvv|cvc)|安全码|セキュリティコード|보안코드",
];
const onTheBack = [
  "(?:three|3|last 3|last three) (?:digits?|numbers?|nums?)",
  "(?:drei|3) (?:ziffern|zahlen)|(?:trois|3) (?:chiffres?|numéros)|(?:tr[êe]s|3) (?:d[íi]gitos|n[úu]meros)",
  "(?:tre|3) (?:cifre|numeri)|(?:trzy|3) cyfry|(?:drie|3) cijfers|(?:три|3) цифры|numbers? on the back",
];
const cardCode = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{L}\\p{N}])(?:${anyOf(cardWords)})${words(4)}\\s{0,2}${verb}?[\\s:=#"'*]{0,4}(?<value>\\d{3,4})(?![\\p{sc=Latin}\\p{N}]|[.,:/]\\d)`,
      "giu",
    ),
);
const backCode = whenNeeded(
  () =>
    new RegExp(
      `(?<![\\p{L}\\p{N}])(?:${anyOf(onTheBack)})[^\\d\\n]{0,40}?(?<value>\\d{3})(?![\\p{L}\\p{N}]|[.,:/-]\\d)`,
      "giu",
    ),
);

/** Numbers that open doors, locks and boxes, and those on the back of cards. */
export function* findLockCodes(text: string): Generator<Finding> {
  for (const match of text.matchAll(cardCode())) yield secretOf(match, "code");
  for (const match of text.matchAll(backCode())) yield secretOf(match, "code");
  for (const pattern of [ofLock, ofUnspaced])
    for (const match of text.matchAll(pattern())) if (isLong(match)) yield secretOf(match, "code");
  for (const match of text.matchAll(ofGate())) if (isGateCode(match)) yield secretOf(match, "code");
  for (const match of text.matchAll(before()))
    if (isLong(match) && !isYearOrHundreds(match.groups?.value ?? "")) yield secretOf(match, "code");
}

export const mentionsLock = new RegExp(`${anyOf(locks, gates, unspaced, cardWords, onTheBack)}`, "iu");

function isLong({ groups }: RegExpMatchArray): boolean {
  const value = groups?.value ?? "";
  return value.replace(/\D/g, "").length >= 4 || /[ -]|[A-Z]/i.test(value);
}

/** "the gate is 4811", "alarm 4811#", and not "gate 22", "alarm 0630" or "office 2019". */
function isGateCode(match: RegExpMatchArray): boolean {
  const { value = "", verb, sign } = match.groups ?? {};
  const digits = value.replace(/\D/g, "").length;
  if (isYearOrHundreds(value) || digits < 4 || digits > 8) return false;
  const isTime = /^(?:[01]\d|2[0-3])[0-5]\d$/.test(value);
  return (
    sign !== undefined ||
    !isTime ||
    /\b(?:code|pin|combo|kod|código|codice)\b/i.test(match[0]) ||
    (verb !== undefined && !/^a?l?arm/i.test(match[0]))
  );
}

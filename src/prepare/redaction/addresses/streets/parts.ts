import { askedOnce } from "../../surroundings.ts";
import { anyOf, end } from "../../word-lists.ts";

export const letter = "\\p{L}\\p{M}";
/** A word of a street's name. */
export const name = `[${letter}.'’-]{1,24}`;

/** What is counted, timed and paid: a number before such a word is no house. */
const counted = [
  "times?|hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|years?|people|miles?|mi|feet",
  "ft|percent|bucks|x|am|pm",
  "km|kms|kg|mm?|cm|gb|mb|tb|mhz|ghz|mil|k|€|euros?",
  "uhr|minuten|stunden?|tage?|wochen?|monate?|jahre?|mal|leute|meter|autos?",
  "h|heures?|ans?|jours?|semaines?|mois|fois|personnes|mètres",
  "hs|horas?|minutos?|anos?|años?|dias?|días?|semanas?|meses|vezes|veces|pessoas|personas|metros?|reais",
  "pesos?",
  "ore|minuti|anni|giorni|settimane|mesi|volte|persone|metri|chilometri",
  "uur|minuten|jaar|dagen|weken|keer|mensen",
  "godzin\\p{L}*|minut\\p{L}*|lat|dni|razy|osób|metrów",
  "tahun|jam|menit|hari|orang|kali|saat|dakika|gün|yıl|kişi",
  "(?:d[aeo]|de la) (?:manhã|tarde|noite|madrugada|mañana|noche)|d[iu] (?:mattina|sera|notte|matin|soir)|del (?:mattino|pomeriggio)",
  "unidades?|peças?|piezas?|pezzi|sztuk\\p{L}*|st[üu]ck|stuks|styck\\p{L}*|pi[èe]ces",
  "лет|год\\p{L}*|час\\p{L}*|минут\\p{L}*|дн\\p{L}*|раз\\p{L}?|человек|руб\\p{L}*|км",
];
/** A house number, and no time, year of a sentence, or amount: "na rua às 10", "Av. Paulista 22h", "rua fechada 2 horas", "via ubuntu 12.04". */
export const house = `(?!(?:[01]?\\d|2[0-4])h(?![${letter}]))\\d{1,4}(?:\\s?[-/]\\s?\\d{1,4})?[a-zA-Zа-яА-Я]?(?![${letter}\\p{N}:€%°]|[.,]\\d|\\s(?:${anyOf(counted)})${end})`;

/** "13a": what hardly anything else is numbered like. */
export function endsInHouseLetter(found: string): boolean {
  return /\s\d{1,4}[a-hA-H]$/.test(found);
}

/** Words that come before a time, a year or an amount. */
const beforeOthers = [
  "at|in|on|to|for|since|the|of|about|around|and|or|is|was",
  "[àa]s?|ao|at[ée]|desde|há|em|d[aeo]s?|por|para|pelas?|com|ou|e|um|os?|são|tem|mais",
  "las?|los?|el|hasta|hace|con|en|y|o|unos|más",
  "depuis|vers|et|ou|il y a|à|de|le|les|plus|pendant|pour|dans",
  "seit|um|ab|bis|und|oder|etwa|ca\\.?|noch|nur|mit|nach",
  "alle|ore|dalle|fino|per|tra|fra|di|da|con|il|circa|oggi|ieri|ed?",
  "o|od|do|za|po|w|i|lub|około",
  "в|на|с|до|к|и|за|по|около|ещё",
  "ini|itu|jam|dan|selama|saya",
];
const notBeforeHouse = `(?<!(?<![${letter}])(?:${anyOf(beforeOthers)})\\s{1,4})`;
const numberSigns = [
  "n\\.?\\s?[º°o]?\\.?|no\\.?:?|num\\.?|número|nr\\.?|nro\\.?|#|д\\.|дом|numara|nomor|بناية",
];
/** What stands between a street's name and the number of the house. */
export const numberLast = `(?:,?\\s{1,4}|,|(?=#))(?:(?:${anyOf(numberSigns)})\\s{0,4})?${notBeforeHouse}`;

/** Where somebody lives, goes to or sends something: before these, a word that may mean a street does. */
const places = [
  "at|in|on|to|from|near|is|it['’]?s|address|@",
  "na|no|em|pra|para a|pela|da|é|fica|morada|endereço",
  "en|la|el|a|es|calle|dirección|direccion|por",
  "au|à|c['’]est|adresse|sur|rue",
  "il|di|abito|sto|indirizzo|è|vicino",
  "w|przy|na|op|aan|bei|zu|im|am|i|på|di|ke",
];
const placed = new RegExp(
  `(?:^|[\\n,:;(«"]\\s{0,2}|[!?.]\\s{1,2}|(?<![${letter}])(?:${anyOf(places)})\\s{1,2})$`,
  "iu",
);

/** Nothing that a number would count may follow: the end, a sign, an emoji, or how a message goes on after an address. */
const goesOn = [
  "x+|xo+|pls|please|plz|thanks?|thx|ok(?:ay)?|lol|mate|bro|tomorrow|today|tonight|now|near|by|off",
  "opposite|behind|next|and|or|but|if|when|is|at|ring|buzz|apt\\.?|flat|unit|floor|just|come|so|then|where|later|after|asap|until|it['’]?s|for",
  "bei|in|klingeln?|stock|whg|bitte|hinterhaus|ist|und|etage|og|eg",
  "ap\\.?|apto\\.?|bloco|casa|perto|portão|andar|obrigad[oa]|piso|dpto\\.?|depto\\.?|int\\.?|interno|scala",
  "gracias|porta|puerta|esq\\p{L}*|dto\\p{L}*|é|es|e|y",
  "code|appt?\\.?|bât\\p{L}*|étage|merci|stp|chez|à|bus|bis",
  "m\\.?|kl(?:atka)?\\.?|piętro|hoek|bel|port|tr|st|tv|th|kat|daire|кв\\.?|подъезд|этаж",
];
const closing = new RegExp(
  `^(?:\\s{0,3}(?:$|[\\n,.;:!?)\\]»"”/–—-]|\\p{Extended_Pictographic}|\\d)|\\s{1,2}(?:${anyOf(goesOn)})${end})`,
  "iu",
);
const maxContext = 16;

/** Whether a stretch stands where a place would, and ends where an address may: "im on …, blue door". */
export function standsAsPlace(text: string, from: number, to: number): boolean {
  return startsAsPlace(text, from) && endsAsPlace(text, to);
}

export function startsAsPlace(text: string, from: number): boolean {
  return placed.test(text.slice(Math.max(0, from - maxContext), from));
}

export function endsAsPlace(text: string, to: number): boolean {
  return closing.test(text.slice(to, to + maxContext));
}

/** Whether a text has words that hardly any other language writes as English does. */
export const looksEnglish = askedOnce(
  /\b(?:the|is|it|to|you|my|and|of|for|this|that|with|have|can|i'm|are|was)\b/i,
);

/** Small words inside of names: "Rua das Flores", "Via dei Mille". */
const joiners =
  /^(?:d[aeo]s?|d['’]|del|della?|dello|dei|degli|di|du|des|la|le|les|los|las|l['’].*|e|y|i|of|the|von|van|den|der)$/iu;

/** Whether every word of a name begins as names do: "Goethes Garten", and not "mein Garten". */
export function isWrittenAsName(words: string): boolean {
  return words
    .split(/\s+/)
    .every((word) => joiners.test(word) || /^[^\p{L}]*(?:\p{Lu}|\d)/u.test(word) || !/\p{L}/u.test(word));
}

import { anyOf } from "../word-lists.ts";

const signs = ["[$€£¥₹₽₺₩₴฿₫₪%°]"];
const currencies = [
  "usd|eur|gbp|brl|chf|pln|rub|jpy",
  "dollars?|pounds?|bucks|quid|euros?",
  "reais|pesos?|pesetas|réis|francs?|lire|kr|kronor|kroner|kč|ft|lei|zł(?:otych)?",
  "руб(?:л\\p{L}*)?|грн|тенге|liras?|tl|rupees?|rp|rupiah|won|yen|yuan",
];
const bytes = [
  "[kmgt]i?b|[kmgt]?bytes?|bits?|(?:1k[- ])?blocks?|512-byte|sectors?|octets?|k?hz|[mg]hz|px|fps|ms",
];
const audience = ["views?|followers?|subs(?:cribers)?|likes?|seguidores|visualizações|abonnés|просмотров"];
/** What counts money, bytes and viewers: numbers before them have as many digits as a telephone number. */
const counted = `(?:${anyOf(signs, currencies, bytes, audience)})(?![\\p{L}\\d])|[円元块塊원万萬億亿만억]`;

/** What everybody says after a telephone number too: "its 913715120 k", "me liga 11987654321 kk". */
const chatted = [
  "k|m|kk|mil|bn|km|kg|x",
  "people|years?|points?|pts|times|miles|steps|words|messages|million|thousand|hours?|days?",
  "pessoas|vezes|anos|personas|veces|años|gente",
  "leute|mal|jahre|tage|stunden|personnes|fois|ans|volte|persone|anni",
  "человек|раз|лет|osób|razy|lat|kişi|kere|yıl",
];
/** Counters of scripts that write no spaces. */
const unspaced = "公千米度人个個年月日号號回歳岁명개년월";

export const moneyBefore = /(?:[$€£¥₹₽₺₩₴฿₫₪]|R\$|\b(?:usd|eur|gbp|brl)) ?$/iu;
export const countedAfter = new RegExp(`^ ?(?:${counted})`, "iu");
export const chattedAfter = new RegExp(`^ ?(?:(?:${anyOf(chatted)})(?![\\p{L}\\d])|[${unspaced}])`, "iu");
/** A word that, without a space, makes the number before it a size or a rank. */
export const unitTouching = new RegExp(`^(?:${anyOf(currencies, bytes)}|s|b|st|nd|rd|th|mm|cm|km|kg)$`, "iu");

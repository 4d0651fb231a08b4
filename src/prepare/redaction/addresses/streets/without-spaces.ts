import { anyOf } from "../../word-lists.ts";
import type { StreetPattern } from "./pattern.ts";

/** Counters: a number before one of them is no house. */
const counters = [
  "年|月|日|点|點|分|秒|人|个|個|块|塊|元|岁|歲|米|公里|次|度|天|周|線|线|路|站",
  "時|歳|回|本|枚|円|階|番線",
  "분|시|일|월|년|명|개|만|천|원|번(?!길)|권|살|층|km|도|초|주|달|퍼센트|등|위|회|차|배",
];
const notCounted = `(?!\\s?(?:${anyOf(counters)}|[\\d:%.]))`;

const chineseStreet = "(?<![上逛过過走一半公铁鐵出思套道在马馬网線线])(?:路|街|大道|巷|弄|胡同)";
const chineseRoom = "(?:\\s?\\d{1,4}(?:弄|号楼|號樓|栋|棟|幢|单元|單元|室|楼|樓|层))*";
const chinese = [
  new RegExp(
    `[\\p{sc=Han}]{1,12}(?:路|街|大道|巷|弄|胡同)\\s?\\d{1,5}\\s?(?:弄\\s?\\d{1,4}\\s?)?[号號]${chineseRoom}`,
    "gu",
  ),
  new RegExp(`[\\p{sc=Han}]{2,6}${chineseStreet}\\s?\\d{1,5}(?:[-之]\\d{1,3})?${notCounted}`, "gu"),
  /\d{1,3}(?:栋|棟|幢|号楼|號樓)\s?(?:\d{1,2}(?:单元|單元)\s?)?\d{3,4}(?:室|号|號)?/gu,
];

const digits = "[\\d一二三四五六七八九十]";
const japanese = [
  new RegExp(
    `[\\p{sc=Han}\\p{sc=Katakana}\\p{sc=Hiragana}ー]{0,12}${digits}{1,3}丁目(?:\\s?${digits}{1,4}(?:(?:番地?|-|の)\\s?${digits}{0,4}号?(?:-\\d{1,4})?)?)?`,
    "gu",
  ),
  /[\p{sc=Han}\p{sc=Katakana}ーヶケ]{2,12}\d{1,2}-\d{1,3}-\d{1,4}(?:-\d{1,4})?(?![\d\-年月日時点])/gu,
  /[\p{sc=Han}\p{sc=Katakana}ー]{1,12}\s?\d{1,4}番地(?:\d{1,3})?/gu,
  /〒?\d{3}-\d{4}(?=\s?[\p{sc=Han}]{2,3}[都道府県])/gu,
];

const korean = [
  /[가-힣]{2,10}(?:대로|로|길)\s?\d{1,4}번길(?:\s?\d{1,4}(?:-\d{1,3})?)?/gu,
  new RegExp(
    `[가-힣]{1,8}(?:대로|로|길)\\s?\\d{1,4}(?:-\\d{1,3})?(?=[\\s,.)]|$|이|예|야|입|에|으|로)${notCounted}`,
    "gu",
  ),
  /\d{2,4}동\s?\d{3,4}호/gu,
];
const thai = /(?:บ้านเลขที่|ซอย|ถนน)\s?[\u0e00-\u0e7f]{0,20}\s?\d{1,4}(?:\/\d{1,4})?/gu;

const mentionsChinese = /[路街道巷弄同栋棟幢楼樓]/;
const mentionsJapanese = /丁目|番地|[\p{sc=Han}ー]\d{1,2}-\d|〒|\d{3}-\d{4}/u;
const mentionsKorean = /[로길동]\s?\d/;

/** Of scripts without spaces, where numbers go from the large to the small: 神南1-2-3, 建国路88号, 테헤란로 152. */
export const streetsWithoutSpaces: StreetPattern[] = [
  ...chinese.map((pattern) => ({ mentions: mentionsChinese, pattern: () => pattern })),
  ...japanese.map((pattern) => ({ mentions: mentionsJapanese, pattern: () => pattern })),
  ...korean.map((pattern) => ({ mentions: mentionsKorean, pattern: () => pattern })),
  { mentions: /[\u0e00-\u0e7f]/, pattern: () => thai },
];

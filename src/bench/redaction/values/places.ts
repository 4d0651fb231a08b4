import type { Value } from "./draw.ts";

/** Names of streets by language, in small letters; a slot with a capital (`{De}`) writes them with one. */
const names: Record<string, string[]> = {
  en: ["linden", "ashford", "wexford", "maple", "harrow", "priory", "sutton", "kingsley"],
  de: ["linden", "goethe", "schiller", "tannen", "birken", "garten", "mühlen", "kastanien"],
  es: ["mayor", "san martín", "los rosales", "libertad", "hidalgo", "bolívar", "cervantes"],
  pt: ["augusta", "das flores", "santo antónio", "bela vista", "sete de setembro", "ipiranga"],
  fr: ["victor hugo", "pasteur", "des lilas", "jean jaurès", "gambetta", "voltaire"],
  it: ["roma", "garibaldi", "dante", "mazzini", "verdi", "cavour"],
  pl: ["długa", "polna", "ogrodowa", "mickiewicza", "kościuszki", "kwiatowa"],
  nl: ["dorps", "kerk", "molen", "beatrix", "linden"],
  se: ["stor", "kungs", "björk", "skol"],
  no: ["kongens", "storgata", "kirke"],
  dk: ["vestre", "nørre", "kirke"],
  fi: ["koivu", "kauppa", "asema"],
  tr: ["atatürk", "bağdat", "lale", "menekşe"],
  ru: ["ленина", "пушкина", "гагарина", "садовая"],
  jp: ["神南", "恵比寿", "中野", "銀座", "青葉台"],
  cn: ["建国", "南京西", "中山", "人民"],
  kr: ["테헤란", "강남대", "종", "세종대"],
  in: ["mahatma gandhi", "brigade", "ashok", "patel"],
  id: ["sudirman", "melati", "diponegoro"],
  ro: ["mihai eminescu", "unirii", "libertății"],
};

/** Parts of addresses: names by language, and numbers of houses, flats and doors. */
export const places: Record<string, Value> = {
  n: ({ below }) => String(11 + below(180)),
  s: ({ below }) => String(1 + below(9)),
  s2: ({ below }) => String(1 + below(9)),
  n2: ({ below }) => String(10 + below(80)),
  n4: ({ below }) => String(1100 + below(8000)),
  ...Object.fromEntries(
    Object.entries(names).flatMap(([language, list]): [string, Value][] => [
      [language, ({ pick }) => pick(list)],
      [capitalized(language), ({ pick }) => capitalized(pick(list))],
    ]),
  ),
};

function capitalized(words: string): string {
  return words.replace(/(?:^|\s)\p{L}/gu, (letter) => letter.toUpperCase());
}

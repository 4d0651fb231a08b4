import { escapePattern } from "../../../letters.ts";
import { nameLikeWords, ordinaryWithoutAccents } from "./common-words.ts";

const titles = new Set(
  `dr dra doutor doutora drs prof profa professor professora mr mrs ms mx miss mister sir sr sra srta senhor senhora
   dona eng engo enga arq adv herr frau mme mlle monsieur madame sig signor signora señor señora rev`.split(
    /\s+/,
  ),
);

/** A name's words without emoji around them and titles before them; all its words where nothing else is left. */
export function wordsOfName(name: string): string[] {
  const words = splitWords(name);
  const start = words.findIndex((word) => hasLetter(word) && !isTitle(word));
  return start < 0 ? words : words.slice(start, words.findLastIndex(hasLetterOrDigit) + 1);
}

/** "Ana" of "🌸 Ana Costa" and of "Dr. Ana", "Jean-Pierre" of "Jean-Pierre Roux"; nothing of "Miss 🌸". */
export function firstNameOf(name: string): string {
  const [first = ""] = wordsOfName(name);
  return isTitle(first) ? "" : first.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");
}

/** The spellings of more than one word: as given, without emoji and titles, and without its middle. */
export function longSpellingsOf(name: string): string[] {
  const words = wordsOfName(name);
  const spellings = [splitWords(name), words, ...(words.length > 2 ? [[words[0], words.at(-1)]] : [])];
  return [...new Set(spellings.filter(({ length }) => length > 1).map((spelling) => spelling.join(" ")))];
}

export const aWord = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

/** The lower-cased words at which a name of a script with spaces is looked for, in any of its spellings. */
export function firstWordsOf(name: string): string[] {
  return [...longSpellingsOf(name), firstNameOf(name)].flatMap((spelling) =>
    keysOf(spelling.match(aWord)?.[0] ?? ""),
  );
}

/** A word in lower case, as it is and without its accents. */
export function keysOf(word: string): string[] {
  const key = word.toLowerCase();
  return [...new Set([key, withoutAccents(key)])].filter((one) => one !== "");
}

/** Whether a name of one word may be looked for without accents: "Joao" is João, "Tomas" may be a verb. */
export function mayLoseAccents(name: string): boolean {
  const plain = withoutAccents(name.toLowerCase());
  return [...plain].length > 2 && !nameLikeWords.has(plain) && !ordinaryWithoutAccents.has(plain);
}

/** A regular expression for a word, each of its accents there or not. */
export function withOrWithoutAccents(word: string): string {
  return Array.from(word, (letter) => {
    const plain = withoutAccents(letter);
    return plain === letter ? escapePattern(letter) : `(?:${letter}|${plain})`;
  }).join("");
}

/** Letters with a stroke are letters of their own to Unicode. */
const withoutStroke: Record<string, string> = { ł: "l", Ł: "L", ø: "o", Ø: "O", đ: "d", Đ: "D", ı: "i" };

export function withoutAccents(word: string): string {
  return word
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .replace(/[łŁøØđĐı]/g, (letter) => withoutStroke[letter] ?? letter);
}

function splitWords(name: string): string[] {
  return name.split(/\s+/u).filter((word) => word !== "");
}

function hasLetter(word: string): boolean {
  return /\p{L}/u.test(word);
}

function hasLetterOrDigit(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word);
}

function isTitle(word: string): boolean {
  return titles.has(word.toLowerCase().replace(/[.ºª]+/g, ""));
}

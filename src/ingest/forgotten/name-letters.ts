/**
 * A name as a person would call it the same: its letters, whatever stands between them, with accents or without. "Zoë Fox",
 * "zoe-fox", "Zoe 🦊 Fox" and "ZoeFox" have the same.
 */
import { remembering, withoutStrokes } from "../../letters.ts";

/** A run of letters, or of digits, and where it stands in its text. */
export interface Letters {
  letters: string;
  start: number;
  end: number;
  /** Whether nothing stands between it and the one before, as in `ZoeFox` and `zoe1`. */
  isJoined: boolean;
  /** Of a script without spaces: a name can begin and end at each character. */
  isUnspaced: boolean;
}

export function lettersOf(text: string): Letters[] {
  const runs: Letters[] = [];
  let before: Kind = "other";
  for (let at = 0; at < text.length; ) {
    const { character, length } = characterAt(text, at);
    const start = at;
    at += length;
    const kind = kindOf(character);
    const last = runs.at(-1);
    if (kind === "accent") {
      if (last !== undefined && before !== "other") last.end = at;
      continue;
    }
    if (last !== undefined && goesOn(before, kind)) {
      last.letters += plainLetters(character);
      last.end = at;
    } else if (kind !== "other") {
      const letters = plainLetters(character);
      runs.push({ letters, start, end: at, isJoined: before !== "other", isUnspaced: kind === "unspaced" });
    }
    before = kind;
  }
  return runs;
}

/** All letters of a name in one. */
export function nameLetters(name: string): string {
  return lettersOf(name)
    .map(({ letters }) => letters)
    .join("");
}

/** The words of a name that have letters. */
export function wordsOf(name: string): string[] {
  return name.split(/[\s\p{Z}]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

const encodedCharacter =
  /^%(?:[0-7][0-9a-f]|[cd][0-9a-f]%[89ab][0-9a-f]|e[0-9a-f](?:%[89ab][0-9a-f]){2}|f[0-4](?:%[89ab][0-9a-f]){3})/i;

/** A character as it stands, or as links write it: `%C3%AB` is ë. */
function characterAt(text: string, at: number): { character: string; length: number } {
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  const [encoded] = (character === "%" && encodedCharacter.exec(text.slice(at, at + 12))) || [];
  if (encoded === undefined) return { character, length: character.length };
  try {
    return { character: decodeURIComponent(encoded), length: encoded.length };
  } catch {
    return { character, length: 1 };
  }
}

type Kind = "lower" | "upper" | "digit" | "unspaced" | "accent" | "other";

/** Han, kana, Hangul (whose particles are joined to names), Thai, Lao, Khmer, Burmese. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
/** What people leave out: accents, the vowels of Hebrew and Arabic, and what cannot be seen. */
const accents =
  /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]|\u0670|[\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f\p{Cf}]/gu;
const accent = new RegExp(accents.source, "u");

function kindOf(character: string): Kind {
  if (character >= "a" && character <= "z") return "lower";
  if (character >= "A" && character <= "Z") return "upper";
  if (character < "\u0080") return character >= "0" && character <= "9" ? "digit" : "other";
  if (accent.test(character)) return "accent";
  if (unspaced.test(character)) return "unspaced";
  if (/\p{N}/u.test(character)) return "digit";
  if (/\p{Lu}/u.test(character)) return "upper";
  return /[\p{L}\p{M}]/u.test(character) ? "lower" : "other";
}

/** A capital within a word begins another one, as in `ZoeFox`. */
function goesOn(before: Kind, kind: Kind): boolean {
  if (before === "other" || kind === "other" || before === "unspaced" || kind === "unspaced") return false;
  if ((kind === "digit") !== (before === "digit")) return false;
  return !(kind === "upper" && before === "lower");
}

function plainLetters(character: string): string {
  return character < "\u0080" ? character.toLowerCase() : plainOfRare(character);
}

const plainOfRare = remembering((character) => {
  const letters = unspaced.test(character)
    ? character.normalize("NFKC")
    : character.normalize("NFKD").replace(accents, "").normalize("NFC");
  return Array.from(letters.toLowerCase(), (letter) => withoutStrokes[letter] ?? letter).join("");
});

import { remembering, withoutStrokes } from "../letters.ts";

/**
 * A text as it compares: small letters without accents, digits as the letters that they are typed for, a space for whatever
 * stands between words. Whoever writes in capitals, with accents, fullwidth letters, invisible characters or `h3llo` writes the same.
 *
 * Each character is folded by itself, so that a text may come in pieces.
 */
export function foldLetters(text: string): string {
  let folded = "";
  for (const character of text)
    folded += character < "\u0080" ? (ascii[character.charCodeAt(0)] as string) : foldRare(character);
  return folded;
}

/** `1`, `l` and a capital `i` look alike, so they are one letter. */
const typedFor: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "9": "g",
  "@": "a",
  $: "s",
  l: "i",
  // Half of the people leave it out, and it ends no word.
  "'": "",
};

const ascii = Array.from({ length: 0x80 }, (_, code) => {
  const small = String.fromCharCode(code).toLowerCase();
  return typedFor[small] ?? (/[a-z\d]/.test(small) ? small : " ");
});

/** Letters with strokes, and Cyrillic ones that look like Latin ones. */
const looksLike: Record<string, string> = {
  ...withoutStrokes,
  // As an `l`.
  ł: "i",
  а: "a",
  е: "e",
  о: "o",
  р: "p",
  с: "c",
  у: "y",
  х: "x",
  і: "i",
};

const foldRare = remembering(lookUp);

/** Marks, and what is not seen: joiners, marks of direction, selectors of a variant, apostrophes. */
const silent = /[\p{M}\p{Cf}\u2018\u2019\u02bc\u00b4]/u;
/** Scripts without spaces between words: each of their characters counts as a word. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

function lookUp(character: string): string {
  if (silent.test(character)) return "";
  const plain = character.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const letters = Array.from(plain, (letter) => {
    if (letter < "\u0080") return ascii[letter.charCodeAt(0)] as string;
    if (!/[\p{L}\p{N}]/u.test(letter)) return " ";
    return looksLike[letter] ?? letter;
  }).join("");
  return unspaced.test(character) ? ` ${letters} ` : letters;
}

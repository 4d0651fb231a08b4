import { remembering } from "../../letters.ts";

/**
 * A text as it is searched: digits of all scripts as ASCII digits, fullwidth forms, spaces and dashes as their plain
 * forms, invisible characters gone. What is found there is replaced in the text as it was typed.
 */
export interface FoldedText {
  text: string;
  /** Where a position of the folded text lies in the typed one. */
  toTyped(position: number): number;
}

/** Stands for what is already replaced: no search matches it, none reaches across it. */
export const hidden = "\uffff";

export function unfolded(text: string): FoldedText {
  return { text, toTyped: (position) => position };
}

/** Folds a text; costs some ten nanoseconds a character, so only texts with disguises come here. */
export function foldText(typed: string): FoldedText {
  return foldWith(typed, foldCharacter);
}

/** Folds each character beyond ASCII by itself, knowing whether a digit stood before it. */
export function foldWith(
  typed: string,
  fold: (character: string, afterDigit: boolean) => string,
): FoldedText {
  const pieces: string[] = [];
  const positions: number[] = [];
  let afterDigit = false;
  for (let position = 0; position < typed.length; ) {
    const point = typed.codePointAt(position) as number;
    const character = String.fromCodePoint(point);
    const folded: string = point < 0x80 ? character : fold(character, afterDigit);
    for (let unit = 0; unit < folded.length; unit++)
      positions.push(position + Math.min(unit, character.length - 1));
    pieces.push(folded);
    if (folded !== "") afterDigit = folded >= "0" && folded <= "9";
    position += character.length;
  }
  positions.push(typed.length);
  return { text: pieces.join(""), toTyped: (position) => positions[position] as number };
}

const foldByItself = remembering(lookUp);

function foldCharacter(character: string, afterDigit: boolean): string {
  return afterDigit && /\p{M}/u.test(character) ? "" : foldByItself(character);
}

function lookUp(character: string): string {
  if (/\p{Cf}|[\ufe00-\ufe0f\u20e3]/u.test(character)) return "";
  if (/\p{Nd}/u.test(character)) return digitOf(character);
  if (/\p{Zs}/u.test(character)) return " ";
  if (/\p{Pd}|\u2212/u.test(character)) return "-";
  if (character === "\u066b") return ".";
  const plain = character.normalize("NFKC");
  return /^[\uff01-\uff5e]$/.test(character) || /^\d$/.test(plain) ? plain : character;
}

/** Digits stand in runs that begin with a zero. */
function digitOf(character: string): string {
  const point = character.codePointAt(0) as number;
  let first = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((point - first) % 10);
}

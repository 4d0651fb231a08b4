import { widthAt } from "./code-units.ts";
import { isLetter, isNumber } from "./unicode-kinds.ts";

/**
 * Splits a text where GPT-2's pre-tokeniser splits it, without a regular expression:
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * `\s` is Unicode's White_Space, as the reference tokenisers mean it.
 *
 * @returns Where the piece that starts at `start` ends; `end` is the end of the text.
 */
export function endOfPiece(units: Uint16Array, start: number, end: number): number {
  const first = units[start] as number;
  if (first === apostrophe) {
    const contraction = contractionLength(units, start, end);
    if (contraction > 0) return start + contraction;
  }
  let kind = kindAt(units, start, end);
  let at = start;
  if (first === blank && start + 1 < end) {
    const next = kindAt(units, start + 1, end);
    if (next !== Kind.space) {
      kind = next;
      at = start + 1;
    }
  }
  if (kind === Kind.space) return endOfSpaces(units, start, end);
  for (; at < end; at++) {
    const unit = units[at] as number;
    if (kinds[unit] === kind) continue;
    if (kindAt(units, at, end) !== kind) break;
    at += widthAt(units, at, end) - 1;
  }
  return at;
}

/** What a character is to the pre-tokeniser. */
export const Kind = { other: 1, letter: 2, number: 3, space: 4 } as const;

const blank = 0x20;
const apostrophe = 0x27;

/** The kind of each UTF-16 unit that stands for itself; 0 where it was not asked for yet. */
const kinds = new Uint8Array(65_536);
const space = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** The kind of the character at a position; a surrogate pair is one character. */
export function kindAt(units: Uint16Array, at: number, end: number): number {
  const unit = units[at] as number;
  const known = kinds[unit] as number;
  if (known !== 0) return known;
  if (widthAt(units, at, end) === 2) return kindOf(String.fromCharCode(unit, units[at + 1] as number));
  const kind = kindOf(String.fromCharCode(unit));
  kinds[unit] = kind;
  return kind;
}

function kindOf(character: string): number {
  const codePoint = character.codePointAt(0) as number;
  if (isLetter(codePoint)) return Kind.letter;
  if (isNumber(codePoint)) return Kind.number;
  return space.test(character) ? Kind.space : Kind.other;
}

function contractionLength(units: Uint16Array, start: number, end: number): number {
  if (start + 1 >= end) return 0;
  switch (units[start + 1]) {
    case 0x73: // 's
    case 0x74: // 't
    case 0x6d: // 'm
    case 0x64: // 'd
      return 2;
    case 0x72: // 're
    case 0x76: // 've
      return start + 2 < end && units[start + 2] === 0x65 ? 3 : 0;
    case 0x6c: // 'll
      return start + 2 < end && units[start + 2] === 0x6c ? 3 : 0;
    default:
      return 0;
  }
}

/** Spaces before a word leave it their last one. */
function endOfSpaces(units: Uint16Array, start: number, end: number): number {
  let at = start;
  while (at < end && kindAt(units, at, end) === Kind.space) at++;
  return at === end || at - start === 1 ? at : at - 1;
}

/**
 * Splits a text where GPT-2's pre-tokeniser splits it, without a regular expression:
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * `\s` is Unicode's White_Space, as the reference tokenisers mean it.
 *
 * @returns Where the piece that starts at `start` ends; `end` is the end of the text.
 */
export function endOfPiece(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start);
  if (first === apostrophe) {
    const contraction = contractionLength(text, start, end);
    if (contraction > 0) return start + contraction;
  }
  let kind = kindAt(text, start, end);
  let at = start;
  if (first === blank && start + 1 < end) {
    const next = kindAt(text, start + 1, end);
    if (next !== Kind.space) {
      kind = next;
      at = start + 1;
    }
  }
  if (kind === Kind.space) return endOfSpaces(text, start, end);
  while (at < end && kindAt(text, at, end) === kind) at += widthAt(text, at, end);
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
export function kindAt(text: string, at: number, end: number): number {
  const unit = text.charCodeAt(at);
  if ((unit & 0xfc00) === 0xd800 && at + 1 < end)
    return kindOf(String.fromCodePoint(text.codePointAt(at) ?? unit));
  const known = kinds[unit] as number;
  if (known !== 0) return known;
  const kind = kindOf(String.fromCharCode(unit));
  kinds[unit] = kind;
  return kind;
}

export function widthAt(text: string, at: number, end: number): number {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && at + 1 < end ? 2 : 1;
}

function kindOf(character: string): number {
  if (/^\p{L}/u.test(character)) return Kind.letter;
  if (/^\p{N}/u.test(character)) return Kind.number;
  return space.test(character) ? Kind.space : Kind.other;
}

function contractionLength(text: string, start: number, end: number): number {
  if (start + 1 >= end) return 0;
  switch (text.charCodeAt(start + 1)) {
    case 0x73: // 's
    case 0x74: // 't
    case 0x6d: // 'm
    case 0x64: // 'd
      return 2;
    case 0x72: // 're
    case 0x76: // 've
      return start + 2 < end && text.charCodeAt(start + 2) === 0x65 ? 3 : 0;
    case 0x6c: // 'll
      return start + 2 < end && text.charCodeAt(start + 2) === 0x6c ? 3 : 0;
    default:
      return 0;
  }
}

/** Spaces before a word leave it their last one. */
function endOfSpaces(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && kindAt(text, at, end) === Kind.space) at++;
  return at === end || at - start === 1 ? at : at - 1;
}

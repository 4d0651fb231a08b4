import { byteCharacters } from "./byte-level-encoder.ts";

/** The bytes of every token one after the other, in shared memory; those of `id` begin at `starts[id]`. */
export interface TokenBytes {
  bytes: Uint8Array;
  /** One more than there are ids. */
  starts: Uint32Array;
}

/**
 * The bytes of a vocabulary whose characters stand for a byte each.
 *
 * @param special Ids that stand for structure: they have no bytes.
 */
export function tokenBytesOf(vocabulary: Record<string, number>, special: Set<number>): TokenBytes {
  const tokens = tokensById(vocabulary, special);
  const units = tokens.reduce((sum, token) => sum + token.length, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(units));
  const starts = new Uint32Array(new SharedArrayBuffer(4 * (tokens.length + 1)));
  const byteOf = byteOfUnit();
  let end = 0;
  for (let id = 0; id < tokens.length; id++) {
    const token = tokens[id] ?? "";
    for (let at = 0; at < token.length; at++) bytes[end++] = byteOf[token.charCodeAt(at)] as number;
    starts[id + 1] = end;
  }
  return { bytes, starts };
}

/** The same for a vocabulary of any other kind, told the bytes of each token. */
export function tokenBytesBy(
  bytesOf: (token: string) => Uint8Array,
  vocabulary: Record<string, number>,
  special: Set<number>,
): TokenBytes {
  const tokens = tokensById(vocabulary, special).map(bytesOf);
  const starts = new Uint32Array(new SharedArrayBuffer(4 * (tokens.length + 1)));
  for (let id = 0; id < tokens.length; id++)
    starts[id + 1] = (starts[id] as number) + (tokens[id]?.length ?? 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(starts.at(-1) as number));
  for (const [id, token] of tokens.entries()) bytes.set(token ?? [], starts[id]);
  return { bytes, starts };
}

/** The tokens that have bytes; there is none at an id without. */
function tokensById(vocabulary: Record<string, number>, special: Set<number>): string[] {
  const tokens: string[] = [];
  // Names without pairs: fifty thousand pairs would take longer than all else here.
  for (const token of Object.keys(vocabulary)) {
    const id = vocabulary[token] as number;
    if (!special.has(id)) tokens[id] = token;
  }
  return tokens;
}

/** The byte that each UTF-16 unit of a token stands for; a question mark where it stands for none. */
function byteOfUnit(): Uint8Array {
  const byteOf = new Uint8Array(0x10000).fill(0x3f);
  for (const [byte, character] of byteCharacters().entries()) byteOf[character.charCodeAt(0)] = byte;
  return byteOf;
}

/** A copy of the bytes of an id; none for unknown ids. */
export function bytesOfToken({ bytes, starts }: TokenBytes, id: number): Uint8Array {
  const isKnown = id >= 0 && id + 1 < starts.length;
  return isKnown ? bytes.slice(starts[id], starts[id + 1]) : new Uint8Array();
}

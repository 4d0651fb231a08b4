import { sketchSize } from "../copies/fingerprint.ts";

/**
 * One rendered conversation of a segment, as views of the memory it was read into. Token indices count from the start of
 * the conversation.
 */
export interface SegmentRecord {
  isHeldOut: boolean;
  tokens: Uint16Array | Uint32Array;
  /** One `MaskCode` a token. */
  mask: Uint8Array;
  turnStarts: Uint32Array;
  /** For each turn, how many of the persona's bubbles are learned from. */
  ownBubbles: Uint32Array;
  /** For each turn, where its runs start in `runs`; one more number ends the last. */
  runStarts: Uint32Array;
  /** Hashes of runs of words, for comparing long texts. */
  runs: Float64Array;
  longTexts: LongText[];
}

/** A text that is long enough to be compared with others. */
export interface LongText {
  turn: number;
  /** From its first token up to but without `end`, its separator included. */
  start: number;
  end: number;
  /** Whether it is the persona's, and learned from. */
  isOwn: boolean;
  hash: number;
  sketch: Uint32Array;
}

export type TokenArray = typeof Uint16Array | typeof Uint32Array;

const headerWords = 8;
const wordsAText = 4 + sketchSize;

interface Sizes {
  tokens: number;
  turns: number;
  runs: number;
  texts: number;
}

/** Bytes of a record: every record starts at a multiple of eight. */
export function recordBytes({ tokens, turns, runs, texts }: Sizes, tokenBytes: number): number {
  const words = headerWords + 3 * turns + 1 + texts * wordsAText;
  return roundUp(8 * (runs + texts) + 4 * words + tokens * (tokenBytes + 1));
}

function roundUp(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Where the parts of a record lie; numbers of eight bytes come first, so that all of them are aligned. */
function layOut(buffer: ArrayBuffer, offset: number, sizes: Sizes, Tokens: TokenArray) {
  const header = new Uint32Array(buffer, offset, headerWords);
  let at = offset + 4 * headerWords;
  const runs = new Float64Array(buffer, at, sizes.runs);
  at += runs.byteLength;
  const hashes = new Float64Array(buffer, at, sizes.texts);
  at += hashes.byteLength;
  const words = (count: number) => {
    const view = new Uint32Array(buffer, at, count);
    at += view.byteLength;
    return view;
  };
  const turnStarts = words(sizes.turns);
  const ownBubbles = words(sizes.turns);
  const runStarts = words(sizes.turns + 1);
  const texts = words(sizes.texts * wordsAText);
  const tokens = new Tokens(buffer, at, sizes.tokens);
  const mask = new Uint8Array(buffer, at + tokens.byteLength, sizes.tokens);
  return { header, runs, hashes, turnStarts, ownBubbles, runStarts, texts, tokens, mask };
}

/** Writes a record at an aligned offset of `buffer`, which has room for it; returns its bytes. */
export function writeRecord(
  buffer: ArrayBuffer,
  offset: number,
  record: {
    [Part in keyof SegmentRecord]: SegmentRecord[Part] extends ArrayLike<number>
      ? ArrayLike<number>
      : SegmentRecord[Part];
  },
  Tokens: TokenArray,
): number {
  const { tokens, turnStarts, runs, longTexts } = record;
  const sizes = {
    tokens: tokens.length,
    turns: turnStarts.length,
    runs: runs.length,
    texts: longTexts.length,
  };
  const bytes = recordBytes(sizes, Tokens.BYTES_PER_ELEMENT);
  const parts = layOut(buffer, offset, sizes, Tokens);
  parts.header.set([
    bytes,
    Number(record.isHeldOut),
    sizes.tokens,
    sizes.turns,
    sizes.runs,
    sizes.texts,
    0,
    0,
  ]);
  for (const part of ["runs", "turnStarts", "ownBubbles", "runStarts", "tokens", "mask"] as const)
    parts[part].set(record[part]);
  for (const [index, { turn, start, end, isOwn, hash, sketch }] of longTexts.entries()) {
    parts.hashes[index] = hash;
    parts.texts.set([turn, start, end, Number(isOwn)], index * wordsAText);
    parts.texts.set(sketch, index * wordsAText + 4);
  }
  return bytes;
}

/** Bytes of the record whose header lies at `offset`. */
export function bytesOfRecord(buffer: ArrayBuffer, offset: number): number {
  return new Uint32Array(buffer, offset, 1)[0] as number;
}

export const headerBytes = 4 * headerWords;

export function readRecord(buffer: ArrayBuffer, offset: number, Tokens: TokenArray): SegmentRecord {
  const [, isHeldOut = 0, tokens = 0, turns = 0, runs = 0, texts = 0] = new Uint32Array(
    buffer,
    offset,
    headerWords,
  );
  const parts = layOut(buffer, offset, { tokens, turns, runs, texts }, Tokens);
  return {
    isHeldOut: isHeldOut === 1,
    tokens: parts.tokens,
    mask: parts.mask,
    turnStarts: parts.turnStarts,
    ownBubbles: parts.ownBubbles,
    runStarts: parts.runStarts,
    runs: parts.runs,
    longTexts: Array.from({ length: texts }, (_, index) => readText(parts.texts, parts.hashes, index)),
  };
}

function readText(texts: Uint32Array, hashes: Float64Array, index: number): LongText {
  const at = index * wordsAText;
  return {
    turn: texts[at] as number,
    start: texts[at + 1] as number,
    end: texts[at + 2] as number,
    isOwn: texts[at + 3] === 1,
    hash: hashes[index] as number,
    sketch: texts.subarray(at + 4, at + wordsAText),
  };
}

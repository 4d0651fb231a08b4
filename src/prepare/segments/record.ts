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
  /** For each text that is long enough to be compared with others, `longTextFields` numbers. */
  longTexts: Uint32Array;
  /** For each long text, a hash of all its words. */
  hashes: Float64Array;
  /** Hashes of the long texts' runs of four words, one text after the other. */
  runs: Float64Array;
}

/** What `SegmentRecord.longTexts` says of each text. */
export const longTextFields = 5;
export const LongText = {
  turn: 0,
  /** Its first token, and the one after its last; its separator is its own. */
  start: 1,
  end: 2,
  /** 1 where it is the persona's, and learned from. */
  isOwn: 3,
  /** Where its runs end in `runs`. */
  runsEnd: 4,
} as const;

/** The same in whatever arrays it was made in. */
export type WrittenRecord = { isHeldOut: boolean } & {
  [Part in Exclude<keyof SegmentRecord, "isHeldOut">]: ArrayLike<number>;
};

export type TokenArray = typeof Uint16Array | typeof Uint32Array;

const headerWords = 6;
export const headerBytes = 4 * headerWords;

interface Sizes {
  tokens: number;
  turns: number;
  texts: number;
  runs: number;
}

function sizesOf({ tokens, turnStarts, hashes, runs }: WrittenRecord): Sizes {
  return { tokens: tokens.length, turns: turnStarts.length, texts: hashes.length, runs: runs.length };
}

/** Bytes of a record: every record starts at a multiple of eight. */
export function bytesOf(record: WrittenRecord, Tokens: TokenArray): number {
  const { tokens, turns, texts, runs } = sizesOf(record);
  const words = headerWords + 2 * turns + texts * longTextFields;
  return roundUp(8 * (runs + texts) + 4 * words + tokens * (Tokens.BYTES_PER_ELEMENT + 1));
}

function roundUp(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Where the parts of a record lie; numbers of eight bytes come first, so that all of them are aligned. */
function layOut(
  buffer: ArrayBuffer,
  offset: number,
  { tokens, turns, texts, runs }: Sizes,
  Tokens: TokenArray,
) {
  let at = offset + headerBytes;
  const view = <View extends { byteLength: number }>(
    View: new (buffer: ArrayBuffer, at: number, length: number) => View,
    length: number,
  ): View => {
    const made = new View(buffer, at, length);
    at += made.byteLength;
    return made;
  };
  return {
    runs: view(Float64Array, runs),
    hashes: view(Float64Array, texts),
    turnStarts: view(Uint32Array, turns),
    ownBubbles: view(Uint32Array, turns),
    longTexts: view(Uint32Array, texts * longTextFields),
    tokens: view<Uint16Array | Uint32Array>(Tokens, tokens),
    mask: view(Uint8Array, tokens),
  };
}

/** Writes a record at an aligned offset of `buffer`, which has room for it; returns its bytes. */
export function writeRecord(
  buffer: ArrayBuffer,
  offset: number,
  record: WrittenRecord,
  Tokens: TokenArray,
): number {
  const sizes = sizesOf(record);
  const bytes = bytesOf(record, Tokens);
  new Uint32Array(buffer, offset, headerWords).set([
    bytes,
    Number(record.isHeldOut),
    sizes.tokens,
    sizes.turns,
    sizes.texts,
    sizes.runs,
  ]);
  // What fills the record up to a multiple of eight must not be what was in memory before.
  new Uint8Array(buffer, offset + bytes - 8, 8).fill(0);
  const parts = layOut(buffer, offset, sizes, Tokens);
  for (const part of Object.keys(parts) as (keyof typeof parts)[]) parts[part].set(record[part]);
  return bytes;
}

/** Bytes of the record whose header lies at `offset`. */
export function bytesOfRecord(buffer: ArrayBuffer, offset: number): number {
  return new Uint32Array(buffer, offset, 1)[0] as number;
}

export function readRecord(buffer: ArrayBuffer, offset: number, Tokens: TokenArray): SegmentRecord {
  const [, isHeldOut, tokens = 0, turns = 0, texts = 0, runs = 0] = new Uint32Array(
    buffer,
    offset,
    headerWords,
  );
  return { isHeldOut: isHeldOut === 1, ...layOut(buffer, offset, { tokens, turns, texts, runs }, Tokens) };
}

import { createBytePairs } from "./byte-pairs.ts";
import { endOfPiece, Kind, kindAt, widthAt } from "./pre-tokenizer.ts";
import type { TokenBuffer } from "./token-buffer.ts";

/** Appends the ids of a text to a buffer. */
export type Encode = (text: string, into: TokenBuffer) => void;

/** The parts of a `tokenizer.json` that decide how text becomes ids. */
export interface TokenizerModel {
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  model?: {
    type?: string;
    vocab?: Record<string, number>;
    merges?: (string | [string, string])[];
    continuing_subword_prefix?: string | null;
    end_of_word_suffix?: string | null;
    ignore_merges?: boolean;
  };
}

/**
 * The encoder of tokenisers that split as GPT-2 does (GPT-2, SmolLM2, …), several times as fast as a general library:
 * pieces are found without a regular expression and looked up without a string of their own.
 *
 * @returns undefined for tokenisers of another kind.
 */
export function byteLevelEncoder(json: TokenizerModel): Encode | undefined {
  const digitsApart = readsDigitsApart(json);
  const { vocab, merges, continuing_subword_prefix, end_of_word_suffix, ignore_merges } = json.model ?? {};
  const isPlain = !continuing_subword_prefix && !end_of_word_suffix && !ignore_merges;
  if (digitsApart === undefined || !isPlain || json.normalizer || !vocab || !merges) return undefined;

  const byteIds = Uint32Array.from(byteCharacters(), (character) => vocab[character] ?? missing);
  if (byteIds.includes(missing)) return undefined;
  const pieces = createPieces(byteIds, mergesOf(vocab, merges));
  return (text, into) => {
    const wellFormed = text.toWellFormed();
    if (digitsApart) encodeDigitsApart(wellFormed, into, pieces);
    else encodeSpan(wellFormed, 0, wellFormed.length, into, pieces);
  };
}

/** The printable character that byte-level BPE writes for each byte (`bytes_to_unicode` of GPT-2's encoder.py). */
export function byteCharacters(): string[] {
  const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

const missing = 0xffffffff;

/** Whether each digit is a piece of its own, as in SmolLM2; undefined for a pre-tokeniser of another kind. */
function readsDigitsApart({ pre_tokenizer }: TokenizerModel): boolean | undefined {
  interface Node {
    type?: string;
    use_regex?: boolean;
    add_prefix_space?: boolean;
    individual_digits?: boolean;
    pretokenizers?: Node[];
  }
  const node = pre_tokenizer as Node | null | undefined;
  const steps = node?.type === "Sequence" ? (node.pretokenizers ?? []) : [node];
  const last = steps.at(-1);
  if (last?.type !== "ByteLevel" || last.use_regex === false || last.add_prefix_space !== false)
    return undefined;
  if (steps.length === 1) return false;
  const [first] = steps;
  return steps.length === 2 && first?.type === "Digits" && first.individual_digits === true
    ? true
    : undefined;
}

function mergesOf(vocab: Record<string, number>, merges: (string | [string, string])[]) {
  return merges.map((merge) => {
    const [left, right] = typeof merge === "string" ? (merge.split(" ", 2) as [string, string]) : merge;
    return {
      left: vocab[left] ?? missing,
      right: vocab[right] ?? missing,
      merged: vocab[left + right] ?? missing,
    };
  });
}

function encodeSpan(text: string, start: number, end: number, into: TokenBuffer, pieces: Pieces): void {
  for (let at = start; at < end; ) {
    const stop = endOfPiece(text, at, end);
    pieces.encode(text, at, stop, into);
    at = stop;
  }
}

function encodeDigitsApart(text: string, into: TokenBuffer, pieces: Pieces): void {
  const end = text.length;
  let from = 0;
  for (let at = 0; at < end; ) {
    const width = widthAt(text, at, end);
    if (kindAt(text, at, end) === Kind.number) {
      encodeSpan(text, from, at, into, pieces);
      pieces.encode(text, at, at + width, into);
      from = at + width;
    }
    at += width;
  }
  encodeSpan(text, from, end, into, pieces);
}

interface Pieces {
  /** Appends the ids of one piece of `text`. */
  encode(text: string, start: number, end: number, into: TokenBuffer): void;
}

/** A memo of 2^17 pieces at most, emptied when it is full: chats repeat a few ten thousand words. */
const memoSlots = 1 << 18;
const memoPieces = memoSlots / 2;
const memoIds = 1 << 19;
const longestRemembered = 40;

function createPieces(byteIds: Uint32Array, merges: ReturnType<typeof mergesOf>): Pieces {
  const pairs = createBytePairs(merges);
  const hashes = new Int32Array(memoSlots);
  const known: (string | undefined)[] = new Array(memoSlots).fill(undefined);
  const starts = new Uint32Array(memoSlots);
  const counts = new Uint8Array(memoSlots);
  const ids = new Uint32Array(memoIds);
  let remembered = 0;
  let idsUsed = 0;
  let work = new Uint32Array(1 << 10);

  /** Writes the ids of a piece at the start of `work`. */
  function tokenize(text: string, start: number, end: number): number {
    if (work.length < (end - start) * 3) work = new Uint32Array((end - start) * 4);
    return pairs.merge(work, writeByteIds(text, start, end, byteIds, work));
  }

  function remember(slot: number, hash: number, piece: string, count: number): void {
    if (remembered === memoPieces || idsUsed + count > memoIds) {
      known.fill(undefined);
      remembered = 0;
      idsUsed = 0;
    }
    hashes[slot] = hash;
    known[slot] = piece;
    starts[slot] = idsUsed;
    counts[slot] = count;
    ids.set(work.subarray(0, count), idsUsed);
    idsUsed += count;
    remembered++;
  }

  return {
    encode(text, start, end, into) {
      const length = end - start;
      if (length > longestRemembered) {
        const count = tokenize(text, start, end);
        return into.append(work, 0, count);
      }
      let hash = length;
      for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      hash ^= hash >>> 15;
      let slot = hash & (memoSlots - 1);
      for (let piece = known[slot]; piece !== undefined; piece = known[slot]) {
        if (hashes[slot] === hash && isSame(piece, text, start, length)) {
          const first = starts[slot] as number;
          if (counts[slot] === 1) into.push(ids[first] as number);
          else into.append(ids, first, counts[slot] as number);
          return;
        }
        slot = (slot + 1) & (memoSlots - 1);
      }
      const count = tokenize(text, start, end);
      into.append(work, 0, count);
      remember(slot, hash, flatCopy(text.slice(start, end)), count);
    },
  };
}

function isSame(piece: string, text: string, start: number, length: number): boolean {
  if (piece.length !== length) return false;
  for (let at = 0; at < length; at++) if (piece.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  return true;
}

/** A slice keeps the text that it was cut from in memory; a copy of its own does not. */
function flatCopy(piece: string): string {
  return piece.length < 13 ? piece : Buffer.from(piece, "utf16le").toString("utf16le");
}

/** The id of each UTF-8 byte of a piece; returns how many. */
function writeByteIds(
  text: string,
  start: number,
  end: number,
  byteIds: Uint32Array,
  into: Uint32Array,
): number {
  let count = 0;
  const put = (byte: number) => {
    into[count++] = byteIds[byte] as number;
  };
  for (let at = start; at < end; at++) {
    let unit = text.charCodeAt(at);
    if (unit < 0x80) {
      put(unit);
      continue;
    }
    if (unit < 0x800) {
      put(0xc0 | (unit >> 6));
    } else if ((unit & 0xfc00) === 0xd800) {
      unit = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++at) & 0x3ff);
      put(0xf0 | (unit >> 18));
      put(0x80 | ((unit >> 12) & 0x3f));
      put(0x80 | ((unit >> 6) & 0x3f));
    } else {
      put(0xe0 | (unit >> 12));
      put(0x80 | ((unit >> 6) & 0x3f));
    }
    put(0x80 | (unit & 0x3f));
  }
  return count;
}

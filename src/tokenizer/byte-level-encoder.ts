import { type Merges, type PairTable, pairTableOf } from "./byte-pairs.ts";
import { createUnitReader, widthAt } from "./code-units.ts";
import { createPieceIds, type PieceIds, writeByteIds } from "./piece-ids.ts";
import { endOfPiece, Kind, kindAt } from "./pre-tokenizer.ts";
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
    byte_fallback?: boolean;
  };
}

/** What such an encoder looks up: made once, and given to worker threads as it is. */
export interface ByteLevelTables {
  digitsApart: boolean;
  /** The id of each byte. */
  byteIds: Uint32Array;
  pairs: PairTable;
}

/** The tables of a tokeniser that splits as GPT-2 does (GPT-2, SmolLM2, …); undefined for another kind. */
export function byteLevelTablesOf(json: TokenizerModel): ByteLevelTables | undefined {
  const digitsApart = readsDigitsApart(json);
  const { vocab, merges, continuing_subword_prefix, end_of_word_suffix, ignore_merges } = json.model ?? {};
  const isPlain = !continuing_subword_prefix && !end_of_word_suffix && !ignore_merges;
  if (digitsApart === undefined || !isPlain || json.normalizer || !vocab || !merges) return undefined;

  const byteIds = Uint32Array.from(byteCharacters(), (character) => vocab[character] ?? missing);
  if (byteIds.includes(missing)) return undefined;
  return { digitsApart, byteIds, pairs: pairTableOf(mergesOf(vocab, merges)) };
}

/**
 * Encodes several times as fast as a general library: pieces are found without a regular expression and looked up
 * without a string of their own.
 */
export function byteLevelEncoder({ digitsApart, byteIds, pairs }: ByteLevelTables): Encode {
  const writeIds = (units: Uint16Array, start: number, end: number, into: Uint32Array) =>
    writeByteIds(units, start, end, byteIds, into);
  const pieces = createPieceIds(writeIds, pairs);
  const unitsOf = createUnitReader();
  return (text, into) => {
    const units = unitsOf(text);
    if (digitsApart) encodeDigitsApart(units, text.length, into, pieces);
    else encodeSpan(units, 0, text.length, into, pieces);
  };
}

/** The printable character that byte-level BPE writes for each byte (`bytes_to_unicode` of GPT-2's encoder.py). */
export function byteCharacters(): string[] {
  const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** Stands for the id of what has none. */
export const missing = 0xffffffff;

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

/** Merges as ids, where a `tokenizer.json` writes them as tokens. */
export function mergesOf(vocab: Record<string, number>, merges: (string | [string, string])[]): Merges {
  const [left, right, merged] = [0, 1, 2].map(
    () => new Uint32Array(new SharedArrayBuffer(4 * merges.length)),
  ) as [Uint32Array, Uint32Array, Uint32Array];
  for (const [rank, merge] of merges.entries()) {
    const [one, other] = typeof merge === "string" ? halvesOf(merge) : merge;
    left[rank] = vocab[one] ?? missing;
    right[rank] = vocab[other] ?? missing;
    merged[rank] = vocab[one + other] ?? missing;
  }
  return { left, right, merged };
}

function halvesOf(merge: string): [string, string] {
  const space = merge.indexOf(" ");
  return [merge.slice(0, space), merge.slice(space + 1)];
}

function encodeSpan(
  units: Uint16Array,
  start: number,
  end: number,
  into: TokenBuffer,
  pieces: PieceIds,
): void {
  for (let at = start; at < end; ) {
    const stop = endOfPiece(units, at, end);
    pieces.append(units, at, stop, into);
    at = stop;
  }
}

function encodeDigitsApart(units: Uint16Array, end: number, into: TokenBuffer, pieces: PieceIds): void {
  let from = 0;
  for (let at = 0; at < end; ) {
    const width = widthAt(units, at, end);
    if (kindAt(units, at, end) === Kind.number) {
      encodeSpan(units, from, at, into, pieces);
      pieces.append(units, at, at + width, into);
      from = at + width;
    }
    at += width;
  }
  encodeSpan(units, from, end, into, pieces);
}

import { type Encode, mergesOf, missing, type TokenizerModel } from "./byte-level-encoder.ts";
import { type PairTable, pairTableOf } from "./byte-pairs.ts";
import { createUnitReader, widthAt } from "./code-units.ts";
import { createPieceIds, writeByteIds } from "./piece-ids.ts";

/** What such an encoder looks up: made once, and given to worker threads as it is. */
export interface SentencePieceTables {
  /** The id of each byte, for characters that have none of their own. */
  byteIds: Uint32Array;
  /** The id of each character, by code point. */
  characterIds: Uint32Array;
  pairs: PairTable;
  /** Whether each space begins a piece of its own, so that several never become one id. */
  spacesApart: boolean;
  /** Code units that some id joins with a space behind them. */
  joined: Set<number>;
}

/** How these vocabularies write a space. */
const spaceMark = "\u2581";

/**
 * The tables of a SentencePiece vocabulary that falls back on bytes (Gemma, Mistral, Llama 2); undefined for another kind.
 *
 * @param structure Tokens that no text may become.
 */
export function sentencePieceTablesOf(
  json: TokenizerModel,
  structure: Set<string>,
): SentencePieceTables | undefined {
  const { type, vocab, merges, byte_fallback } = json.model ?? {};
  if (type !== "BPE" || !byte_fallback || !vocab || !merges || !marksSpacesOnly(json.normalizer))
    return undefined;
  const spacesApart = readsSpacesApart(json.pre_tokenizer);
  const byteIds = Uint32Array.from({ length: 256 }, (_, byte) => vocab[byteToken(byte)] ?? missing);
  if (spacesApart === undefined || byteIds.includes(missing) || vocab[spaceMark] === undefined)
    return undefined;

  const mayBeText = (token: string) => !structure.has(token) && byteOf(token) === undefined;
  const ofText = merges.filter((merge) =>
    mayBeText(typeof merge === "string" ? merge.replace(" ", "") : merge.join("")),
  );
  return {
    byteIds,
    characterIds: characterIdsOf(vocab, mayBeText),
    pairs: pairTableOf(mergesOf(vocab, ofText)),
    spacesApart,
    joined: joinedWithSpace(vocab),
  };
}

/**
 * The ids of SentencePiece, but for two things that would lose what somebody typed: no space is put in front of a text, for
 * texts are parts of a conversation, and the mark that stands for a space is written as bytes where somebody types it.
 */
export function sentencePieceEncoder(tables: SentencePieceTables): Encode {
  const { pairs, spacesApart, joined } = tables;
  const pieces = createPieceIds(
    (units, start, end, into) => writeIds(units, start, end, tables, into),
    pairs,
  );
  const unitsOf = createUnitReader();
  return (text, into) => {
    const units = unitsOf(text);
    const end = text.length;
    let start = 0;
    for (let at = 1; at < end; at++) {
      if (units[at] !== space || !isBoundary(units[at - 1] as number)) continue;
      pieces.append(units, start, at, into);
      start = at;
    }
    if (end > 0) pieces.append(units, start, end, into);
  };

  /** Nothing merges over it: then each word can be remembered. */
  function isBoundary(before: number): boolean {
    return spacesApart || (before !== space && !joined.has(before));
  }
}

/** The bytes that a token of such a vocabulary stands for. */
export function bytesOfPiece(token: string): Uint8Array {
  const byte = byteOf(token);
  return byte === undefined ? Buffer.from(token.replaceAll(spaceMark, " ")) : Uint8Array.of(byte);
}

const space = 0x20;

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

function byteOf(token: string): number | undefined {
  const [, digits] = /^<0x([0-9A-F]{2})>$/.exec(token) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

interface Step {
  type?: string;
  normalizers?: Step[];
  pattern?: { String?: string };
  content?: string;
  prepend?: string;
  replacement?: string;
  behavior?: string;
  split?: boolean;
}

/** What else a normaliser does would change what somebody typed. The space in front is left out, whoever puts it there. */
function marksSpacesOnly(normalizer: unknown): boolean {
  const step = normalizer as Step | null | undefined;
  if (!step) return true;
  if (step.type === "Sequence") return (step.normalizers ?? []).every(marksSpacesOnly);
  if (step.type === "Prepend") return step.prepend === spaceMark;
  return step.type === "Replace" && step.pattern?.String === " " && step.content === spaceMark;
}

/** Undefined for a pre-tokeniser of another kind. Gemma's splits at spaces when none are left. */
function readsSpacesApart(preTokenizer: unknown): boolean | undefined {
  const step = preTokenizer as Step | null | undefined;
  if (!step) return false;
  if (step.type === "Metaspace" && step.replacement === spaceMark) return step.split !== false;
  return step.type === "Split" && step.pattern?.String === " " && step.behavior === "MergedWithPrevious"
    ? false
    : undefined;
}

function characterIdsOf(vocab: Record<string, number>, mayBeText: (token: string) => boolean): Uint32Array {
  const ids = new Uint32Array(new SharedArrayBuffer(4 * 0x110000)).fill(missing);
  for (const token of Object.keys(vocab)) {
    const codePoint = token.length <= 2 ? token.codePointAt(0) : undefined;
    if (codePoint === undefined || String.fromCodePoint(codePoint) !== token || !mayBeText(token)) continue;
    ids[codePoint] = vocab[token] as number;
  }
  ids[space] = vocab[spaceMark] as number;
  ids[spaceMark.charCodeAt(0)] = missing;
  return ids;
}

function joinedWithSpace(vocab: Record<string, number>): Set<number> {
  const found = new Set<number>();
  for (const token of Object.keys(vocab))
    for (let at = token.indexOf(spaceMark, 1); at !== -1; at = token.indexOf(spaceMark, at + 1))
      if (token[at - 1] !== spaceMark) found.add(token.charCodeAt(at - 1));
  return found;
}

function writeIds(
  units: Uint16Array,
  start: number,
  end: number,
  { characterIds, byteIds }: SentencePieceTables,
  into: Uint32Array,
): number {
  let count = 0;
  for (let at = start; at < end; ) {
    const width = widthAt(units, at, end);
    const codePoint = width === 1 ? (units[at] as number) : codePointAt(units, at);
    const id = characterIds[codePoint] as number;
    if (id !== missing) into[count++] = id;
    else count += writeByteIds(units, at, at + width, byteIds, into, count);
    at += width;
  }
  return count;
}

function codePointAt(units: Uint16Array, at: number): number {
  return 0x10000 + (((units[at] as number) & 0x3ff) << 10) + ((units[at + 1] as number) & 0x3ff);
}

import { createBytePairs, type PairTable } from "./byte-pairs.ts";
import type { TokenBuffer } from "./token-buffer.ts";

/** Ids of pieces of text, remembered. */
export interface PieceIds {
  /** Appends the ids of the piece from `start` up to but without `end`. */
  append(units: Uint16Array, start: number, end: number, into: TokenBuffer): void;
}

/** Pieces that are remembered at most: chats repeat a few ten thousand. When one of these is full, all are forgotten. */
const memoPieces = 1 << 16;
const memoUnits = 1 << 19;
const memoIds = 1 << 18;
const maxRememberedLength = 40;

/**
 * A slot of the memo, four 32-bit integers; all 0 where it is free. What another piece took is looked for in the next one.
 *
 *     hash            of the piece's units
 *     key             where its units start in `keys`
 *     ids             where its ids start in `ids`
 *     sizes           ids << 8 | units: how many there are of each
 */
const slotFields = 4;
const memoSlots = memoPieces * 2;

/** Writes the ids that a piece has before any are merged to the start of `into`, at most three a unit; returns how many. */
type WriteIds = (units: Uint16Array, start: number, end: number, into: Uint32Array) => number;

export function createPieceIds(writeIds: WriteIds, pairTable: PairTable): PieceIds {
  const pairs = createBytePairs(pairTable);
  const slots = new Int32Array(memoSlots * slotFields);
  const keys = new Uint16Array(memoUnits);
  const ids = new Uint32Array(memoIds);
  let [pieces, keysUsed, idsUsed] = [0, 0, 0];
  let work = new Uint32Array(1 << 10);

  /** Writes the ids of a piece at the start of `work`; returns how many. */
  function tokenize(units: Uint16Array, start: number, end: number): number {
    if (work.length < (end - start) * 3) work = new Uint32Array((end - start) * 4);
    return pairs.merge(work, writeIds(units, start, end, work));
  }

  function remember(
    slot: number,
    hash: number,
    units: Uint16Array,
    start: number,
    length: number,
    count: number,
  ): void {
    if (pieces === memoPieces || keysUsed + length > memoUnits || idsUsed + count > memoIds) {
      slots.fill(0);
      [pieces, keysUsed, idsUsed] = [0, 0, 0];
    }
    slots[slot] = hash;
    slots[slot + 1] = keysUsed;
    slots[slot + 2] = idsUsed;
    slots[slot + 3] = length | (count << 8);
    for (let at = 0; at < length; at++) keys[keysUsed++] = units[start + at] as number;
    for (let at = 0; at < count; at++) ids[idsUsed++] = work[at] as number;
    pieces++;
  }

  return {
    append(units, start, end, into) {
      const length = end - start;
      if (length > maxRememberedLength) {
        const count = tokenize(units, start, end);
        return into.append(work, 0, count);
      }
      let hash = length;
      for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] as number), 0x01000193);
      hash ^= hash >>> 15;
      let slot = (hash & (memoSlots - 1)) * slotFields;
      for (let sizes = slots[slot + 3] as number; sizes !== 0; sizes = slots[slot + 3] as number) {
        if (slots[slot] === hash && (sizes & 0xff) === length) {
          let key = slots[slot + 1] as number;
          let at = start;
          while (at < end && keys[key] === units[at]) {
            key++;
            at++;
          }
          if (at === end) {
            const first = slots[slot + 2] as number;
            if (sizes >> 8 === 1) into.push(ids[first] as number);
            else into.append(ids, first, sizes >> 8);
            return;
          }
        }
        slot = (slot + slotFields) & (memoSlots * slotFields - 1);
      }
      const count = tokenize(units, start, end);
      into.append(work, 0, count);
      remember(slot, hash, units, start, length, count);
    },
  };
}

/** Writes the id of each UTF-8 byte of a piece, from `from` on; returns how many. */
export function writeByteIds(
  units: Uint16Array,
  start: number,
  end: number,
  byteIds: Uint32Array,
  into: Uint32Array,
  from = 0,
): number {
  let count = from;
  const put = (byte: number) => {
    into[count++] = byteIds[byte] as number;
  };
  for (let at = start; at < end; at++) {
    let unit = units[at] as number;
    if (unit < 0x80) {
      put(unit);
      continue;
    }
    if (unit < 0x800) {
      put(0xc0 | (unit >> 6));
    } else if ((unit & 0xfc00) === 0xd800) {
      unit = 0x10000 + ((unit & 0x3ff) << 10) + ((units[++at] as number) & 0x3ff);
      put(0xf0 | (unit >> 18));
      put(0x80 | ((unit >> 12) & 0x3f));
      put(0x80 | ((unit >> 6) & 0x3f));
    } else {
      put(0xe0 | (unit >> 12));
      put(0x80 | ((unit >> 6) & 0x3f));
    }
    put(0x80 | (unit & 0x3f));
  }
  return count - from;
}

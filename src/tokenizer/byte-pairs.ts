/**
 * Byte-pair merging over token ids: the pair of lowest rank first, the leftmost of equals (Sennrich et al. 2016, as
 * GPT-2 and its successors do it). Holds the merges in one open-addressed table of pairs.
 */
interface BytePairs {
  /** Merges `count` ids at the start of `ids` in place; returns how many are left. */
  merge(ids: Uint32Array, count: number): number;
}

/** `left` and `right` become `merged`; the earlier in the list, the lower the rank. */
export interface Merges {
  left: Uint32Array;
  right: Uint32Array;
  merged: Uint32Array;
}

/** The merges as they are looked up, in shared memory: worker threads that are given them need not build them again. */
export interface PairTable {
  /** Pairs, as `left * maxIds + right`; -1 in an empty slot. */
  keys: Float64Array;
  /** The rank of the pair in the same slot. */
  ranks: Int32Array;
  /** The id that the pair of a rank becomes. */
  merged: Uint32Array;
}

/** Up to this many ids, looking at all pairs again costs less than keeping them in order. */
const shortPiece = 48;

export function createBytePairs(table: PairTable): BytePairs {
  const ranked = { merged: table.merged, rankOf: rankLookup(table) };
  return {
    merge: (ids, count) =>
      count <= shortPiece ? mergeShort(ranked, ids, count) : mergeLong(ranked, ids, count),
  };
}

interface RankedPairs {
  /** The rank of a pair, or `noRank`. */
  rankOf(left: number, right: number): number;
  merged: Uint32Array;
}

const noRank = 0x7fffffff;
const maxIds = 2 ** 21;

export function pairTableOf({ left, right, merged }: Merges): PairTable {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, merged.length) * 2.5));
  const keys = new Float64Array(new SharedArrayBuffer(8 * slots)).fill(-1);
  const ranks = new Int32Array(new SharedArrayBuffer(4 * slots));
  for (let rank = 0; rank < merged.length; rank++) {
    const [one, other] = [left[rank] as number, right[rank] as number];
    const key = one * maxIds + other;
    const slot = slotOf(keys, one, other, key);
    if (keys[slot] === key) continue;
    keys[slot] = key;
    ranks[slot] = rank;
  }
  return { keys, ranks, merged };
}

function rankLookup({ keys, ranks }: PairTable): RankedPairs["rankOf"] {
  return (left, right) => {
    const slot = slotOf(keys, left, right, left * maxIds + right);
    return keys[slot] === -1 ? noRank : (ranks[slot] as number);
  };
}

function slotOf(keys: Float64Array, left: number, right: number, key: number): number {
  const last = keys.length - 1;
  let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
  slot = (slot ^ (slot >>> 15)) & last;
  while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & last;
  return slot;
}

function mergeShort({ rankOf, merged }: RankedPairs, ids: Uint32Array, count: number): number {
  const ranks = shortRanks;
  for (let index = 0; index + 1 < count; index++)
    ranks[index] = rankOf(ids[index] as number, ids[index + 1] as number);
  let left = count;
  while (left > 1) {
    let best = 0;
    for (let index = 1; index < left - 1; index++)
      if ((ranks[index] as number) < (ranks[best] as number)) best = index;
    const rank = ranks[best] as number;
    if (rank === noRank) break;
    ids[best] = merged[rank] as number;
    left--;
    for (let index = best + 1; index < left; index++) {
      ids[index] = ids[index + 1] as number;
      ranks[index] = ranks[index + 1] as number;
    }
    if (best > 0) ranks[best - 1] = rankOf(ids[best - 1] as number, ids[best] as number);
    ranks[best] = best + 1 < left ? rankOf(ids[best] as number, ids[best + 1] as number) : noRank;
  }
  return left;
}

const shortRanks = new Int32Array(shortPiece);

/** The same for pieces of any length in n log n: a heap of pairs over a linked list of ids. */
function mergeLong({ rankOf, merged }: RankedPairs, ids: Uint32Array, count: number): number {
  const next = Int32Array.from({ length: count }, (_, index) => (index + 1 < count ? index + 1 : -1));
  const previous = Int32Array.from({ length: count }, (_, index) => index - 1);
  const rankAt = new Int32Array(count).fill(noRank);
  const heap = new MinHeap();
  const offer = (at: number) => {
    const after = next[at] as number;
    const rank = after === -1 ? noRank : rankOf(ids[at] as number, ids[after] as number);
    rankAt[at] = rank;
    if (rank !== noRank) heap.push(rank * count + at);
  };
  for (let at = 0; at < count; at++) offer(at);

  for (let key = heap.pop(); key !== undefined; key = heap.pop()) {
    const at = key % count;
    const rank = (key - at) / count;
    // An entry whose pair has changed since is answered by a newer one.
    if (rankAt[at] !== rank) continue;
    const gone = next[at] as number;
    ids[at] = merged[rank] as number;
    rankAt[gone] = noRank;
    next[at] = next[gone] as number;
    if (next[at] !== -1) previous[next[at] as number] = at;
    offer(at);
    if (previous[at] !== -1) offer(previous[at] as number);
  }

  let left = 0;
  for (let at = 0; at !== -1; at = next[at] as number) ids[left++] = ids[at] as number;
  return left;
}

class MinHeap {
  readonly #keys: number[] = [];

  push(key: number): void {
    const keys = this.#keys;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      keys[at] = keys[parent] as number;
      at = parent;
    }
    keys[at] = key;
  }

  pop(): number | undefined {
    const keys = this.#keys;
    const top = keys[0];
    const last = keys.pop();
    if (last === undefined || keys.length === 0) return top;
    let at = 0;
    for (let child = 1; child < keys.length; child = 2 * at + 1) {
      if (child + 1 < keys.length && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if ((keys[child] as number) >= last) break;
      keys[at] = keys[child] as number;
      at = child;
    }
    keys[at] = last;
    return top;
  }
}

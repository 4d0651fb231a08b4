/**
 * Remembers values by stretches of text between spaces. A stretch is compared unit by unit where it stands: a string of
 * its own, made to be looked up, would cost as much as the rest.
 */
export interface PieceMemo<Value> {
  /** Reads the stretch that starts at `start`; returns where it ends. */
  read(text: string, start: number): number;
  /** What is remembered of the stretch that was read last. */
  found(): Value | undefined;
  /** Remembers a value for the stretch that was read last, unless it is too long. */
  remember(value: Value): void;
  clear(): void;
}

const space = 0x20;
const maxPieces = 6_000;
/** Few enough to be cleared for each of thousands of threads. */
const slots = 1 << 14;
/** Hash, start of the key, length of the key, number of the value plus one. */
const slotFields = 4;

export function createPieceMemo<Value>(longest: number): PieceMemo<Value> {
  const table = new Int32Array(slots * slotFields);
  let keys = new Uint16Array(1 << 16);
  let keysUsed = 0;
  const values: Value[] = [];
  let [text, start, end, hash, slot] = ["", 0, 0, 0, 0];

  function isAt(at: number): boolean {
    if (table[at] !== hash || table[at + 2] !== end - start) return false;
    let key = table[at + 1] as number;
    for (let unit = start; unit < end; unit++) if (keys[key++] !== text.charCodeAt(unit)) return false;
    return true;
  }

  function clear(): void {
    if (values.length === 0) return;
    table.fill(0);
    values.length = 0;
    keysUsed = 0;
  }

  return {
    read(from, at) {
      [text, start, hash] = [from, at, 0x811c9dc5];
      for (; at < from.length; at++) {
        const unit = from.charCodeAt(at);
        if (unit === space) break;
        hash = Math.imul(hash ^ unit, 0x01000193);
      }
      hash ^= hash >>> 15;
      end = at;
      return end;
    },
    found() {
      slot = (hash & (slots - 1)) * slotFields;
      for (let value = table[slot + 3]; value !== 0; value = table[slot + 3]) {
        if (isAt(slot)) return values[(value as number) - 1];
        slot = (slot + slotFields) & (slots * slotFields - 1);
      }
      return undefined;
    },
    remember(value) {
      if (end - start > longest) return;
      if (values.length === maxPieces) {
        clear();
        slot = (hash & (slots - 1)) * slotFields;
      }
      if (keysUsed + longest > keys.length) {
        const grown = new Uint16Array(keys.length * 2);
        grown.set(keys);
        keys = grown;
      }
      values.push(value);
      table.set([hash, keysUsed, end - start, values.length], slot);
      for (let unit = start; unit < end; unit++) keys[keysUsed++] = text.charCodeAt(unit);
    },
    clear,
  };
}

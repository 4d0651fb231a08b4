const quote = 0x22;
const backslash = 0x5c;

/** The bytes that give JSON its structure. */
export const structural = {
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

const isStructural = new Uint8Array(256);
for (const byte of Object.values(structural)) isStructural[byte] = 1;

/** Walks over JSON chunk by chunk, from one structural byte to the next; knows strings and nothing else. */
export class StructureScanner {
  #isInString = false;
  #isEscaped = false;
  /** The last string that was passed, when it is short: the key, where a colon follows. */
  lastString = "";

  /** Where the next structural byte outside of strings stands, from `start` on; the chunk's length when there is none. */
  next(chunk: Buffer, start: number): number {
    let position = start;
    while (position < chunk.length) {
      if (this.#isInString) position = this.#passString(chunk, position);
      else {
        const byte = chunk[position] as number;
        if (isStructural[byte] === 1) return position;
        if (byte === quote) {
          this.#isInString = true;
          this.lastString = "";
        }
        position++;
      }
    }
    return position;
  }

  /** Goes behind the end of a string, or to the end of the chunk. */
  #passString(chunk: Buffer, start: number): number {
    let searchFrom = start;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      searchFrom++;
    }
    for (;;) {
      const end = chunk.indexOf(quote, searchFrom);
      const stop = end === -1 ? chunk.length : end;
      const isEscaped = countBackslashes(chunk, searchFrom, stop) % 2 === 1;
      if (end === -1) this.#isEscaped = isEscaped;
      if (end === -1 || !isEscaped) {
        this.#remember(chunk, start, stop);
        this.#isInString = end === -1;
        return end === -1 ? stop : end + 1;
      }
      searchFrom = end + 1;
    }
  }

  #remember(chunk: Buffer, start: number, end: number): void {
    if (end - start + this.lastString.length <= longestKey)
      this.lastString += chunk.toString("latin1", start, end);
    else this.lastString = "";
  }
}

const longestKey = 40;

/** Backslashes directly before `end`, not looking before `start`. */
function countBackslashes(chunk: Buffer, start: number, end: number): number {
  let count = 0;
  while (end - count > start && chunk[end - count - 1] === backslash) count++;
  return count;
}

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
  /** Where the last string stands in its last chunk, and what of it stood in earlier ones, a character a byte. */
  #last: { chunk: Buffer; start: number; end: number } = { chunk: Buffer.alloc(0), start: 0, end: 0 };
  #earlier = "";

  /**
   * The last string that was passed: the key, where a colon follows. Empty when it is longer than keys are.
   * Its chunk must not have been overwritten.
   */
  get lastString(): string {
    const { chunk, start, end } = this.#last;
    if (this.#earlier.length + end - start > maxKeyLength) return "";
    return decodeString(this.#earlier + chunk.toString("latin1", start, end));
  }

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
          this.#earlier = "";
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
        this.#remember(chunk, start, stop, end !== -1);
        this.#isInString = end === -1;
        return end === -1 ? stop : end + 1;
      }
      searchFrom = end + 1;
    }
  }

  #remember(chunk: Buffer, start: number, end: number, isWhole: boolean): void {
    if (isWhole) {
      this.#last.chunk = chunk;
      this.#last.start = start;
      this.#last.end = end;
    } else if (this.#earlier.length <= maxKeyLength) {
      // One more than a key's most tells that it is too long.
      this.#earlier += chunk.toString("latin1", start, Math.min(end, start + maxKeyLength + 1));
    }
  }
}

/** `messages` with each of its letters as an escape has 48 bytes. */
const maxKeyLength = 48;

function decodeString(bytes: string): string {
  try {
    return JSON.parse(`"${Buffer.from(bytes, "latin1").toString("utf8")}"`);
  } catch {
    return ""; // It is no JSON, which whoever parses the file finds.
  }
}

/** Backslashes directly before `end`, not looking before `start`. */
function countBackslashes(chunk: Buffer, start: number, end: number): number {
  let count = 0;
  while (end - count > start && chunk[end - count - 1] === backslash) count++;
  return count;
}

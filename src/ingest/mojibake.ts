/**
 * Undoes what Facebook does to text: each UTF-8 byte of a string is written as one character (`\u00c3\u00a9` for `é`).
 *
 * Nothing else is touched: a string with a character above U+00FF cannot have been written so.
 */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Runs =
  /[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}/g;

export function repairMojibake(text: string): string {
  let isPlain = true;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0xff) return text.toWellFormed();
    if (unit > 0x7f) isPlain = false;
  }
  if (isPlain) return text;

  // A truncated or mixed string is repaired run by run: what is no UTF-8 stays as it is.
  return decode(text) ?? text.replace(utf8Runs, (run) => decode(run) ?? run);
}

function decode(text: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(text, "latin1"));
  } catch {
    return undefined;
  }
}

/**
 * Whether a file's strings need repair: Facebook writes pure ASCII. A file with any other byte was written or saved
 * again by a tool that knows UTF-8, and a person may have typed `Ã©` in it.
 */
export function isAsciiFile(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start).every(
    (byte) => byte < 0x80,
  );
}

import type { PlacedEntry } from "../merge/index.ts";
import { DamagedLineError, parseLine } from "./line.ts";

/** The entries of whole lines as `lineOf` writes them. */
export function parseLines(lines: Buffer): PlacedEntry[] {
  const entries: PlacedEntry[] = [];
  for (let at = 0; at < lines.length; ) {
    const newlineAt = lines.indexOf(newline, at);
    const end = newlineAt === -1 ? lines.length : newlineAt;
    entries.push(readPlain(lines, at, end) ?? parseAt(lines, at, end, entries.length));
    at = end + 1;
  }
  return entries;
}

function parseAt(lines: Buffer, start: number, end: number, index: number): PlacedEntry {
  try {
    return parseLine(lines.toString("utf8", start, end));
  } catch {
    throw new DamagedLineError(index);
  }
}

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads a line of nothing but a sender, a time, a text and a source where it stands, without parsing JSON: most lines, at
 * a third of the time. Undefined where a line has more, or is written in another way.
 */
function readPlain(lines: Buffer, start: number, end: number): PlacedEntry | undefined {
  if (!startsWith(lines, start, senderKey)) return undefined;
  const senderAt = start + senderKey.length;
  const senderEnd = endOfString(lines, senderAt, end);
  if (senderEnd === -1 || !startsWith(lines, senderEnd, sentAtKey)) return undefined;

  let sentAt = 0;
  let at = senderEnd + sentAtKey.length;
  const digitsAt = at;
  for (let digit = digitOf(lines, at); digit >= 0; digit = digitOf(lines, ++at)) sentAt = 10 * sentAt + digit;
  if (at === digitsAt || at - digitsAt > maxDigits || !startsWith(lines, at, textKey)) return undefined;

  const textAt = at + textKey.length;
  const textEnd = endOfString(lines, textAt, end);
  const bytesBeyond = highBits;
  if (textEnd === -1 || !startsWith(lines, textEnd, sourceKey)) return undefined;
  const sourceAt = textEnd + sourceKey.length;
  const sourceEnd = endOfString(lines, sourceAt, end);
  if (sourceEnd === -1 || sourceEnd + 2 !== end) return undefined;
  return {
    sender: senders.at(lines, senderAt, senderEnd),
    sentAt,
    text: textOf(lines, textAt, textEnd, bytesBeyond),
    kind: "text",
    attachments: [],
    reactions: [],
    source: sources.at(lines, sourceAt, sourceEnd),
  };
}

const senderKey = Buffer.from('{"sender":"');
const sentAtKey = Buffer.from('","sentAt":');
const textKey = Buffer.from(',"text":"');
const sourceKey = Buffer.from('","source":"');
/** Whole numbers of so many digits are exact. */
const maxDigits = 15;

function startsWith(lines: Buffer, at: number, key: Buffer): boolean {
  for (let index = 0; index < key.length; index++) if (lines[at + index] !== key[index]) return false;
  return true;
}

function digitOf(lines: Buffer, at: number): number {
  const digit = (lines[at] as number) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** The bits of all bytes of the string whose end was found last. */
let highBits = 0;

/** Where a string without escapes ends; -1 where there is one. */
function endOfString(lines: Buffer, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at++) {
    const byte = lines[at] as number;
    if (byte === quote) {
      highBits = bits;
      return at;
    }
    if (byte === backslash) return -1;
    bits |= byte;
  }
  return -1;
}

let latin = Buffer.allocUnsafe(1 << 12);

/** Of UTF-8; the decoder itself is slow with short texts, so that those of Latin characters go without it. */
function textOf(lines: Buffer, start: number, end: number, bits: number): string {
  if (bits < 0x80) return lines.toString("latin1", start, end);
  if (latin.length < end - start) latin = Buffer.allocUnsafe(2 * (end - start));
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = lines[at] as number;
    if (byte < 0x80) latin[length++] = byte;
    else if (byte === 0xc2 || byte === 0xc3)
      latin[length++] = ((byte & 3) << 6) | ((lines[++at] as number) & 0x3f);
    else return lines.toString("utf8", start, end);
  }
  return latin.toString("latin1", 0, length);
}

/** Strings of which there are few: found by their bytes, and shared. */
class FewStrings {
  readonly #known: { bytes: Buffer; text: string }[] = [];
  #next = 0;

  at(lines: Buffer, start: number, end: number): string {
    for (const { bytes, text } of this.#known)
      if (bytes.length === end - start && startsWith(lines, start, bytes)) return text;
    const bytes = Buffer.from(lines.subarray(start, end));
    const text = bytes.toString("utf8");
    this.#known[this.#next++ % maxKnown] = { bytes, text };
    return text;
  }
}

/** As many as speak in most groups. */
const maxKnown = 8;
const senders = new FewStrings();
const sources = new FewStrings();

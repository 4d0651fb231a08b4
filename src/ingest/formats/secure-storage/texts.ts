/**
 * Reads a file of secure storage that is written as Messenger writes it, without parsing most of it: nearly all messages are
 * nothing but a text, and are told by the bytes that stood around the one before. That takes a quarter of the time.
 */
import { isUtf8 } from "node:buffer";
import { type ExportEntry, readEntry, streamEntry } from "../../archives/index.ts";
import type { Json } from "../dyi/index.ts";
import type { ParsedEntry, ReadContext } from "../format.ts";
import { endOfElement, parseObject } from "../json/index.ts";
import { cleanText, endOfString, FewStrings, highBits, startsWith, textOf } from "../text/index.ts";

/** Reads a message that is more than a text, and counts it; undefined for one that is left out. */
type ReadOther = (message: Json, index: number) => ParsedEntry | undefined;

interface UsualEnd {
  /** What the file says beside its messages; undefined where it is damaged, or goes on in another way. */
  header: Json | undefined;
  /** Messages up to there. */
  messages: number;
}

export async function* readUsual(
  entry: ExportEntry,
  { tally, wholeFileBytes }: ReadContext,
  readOther: ReadOther,
): AsyncGenerator<ParsedEntry[], UsualEnd> {
  const reader = new UsualReader(readOther);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of entry.bytes > wholeFileBytes ? streamEntry(entry) : [readEntry(entry)]) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const entries = reader.read(bytes);
    tally.read += reader.texts;
    if (entries.length > 0) yield entries;
    rest = bytes.subarray(reader.end);
    if (rest.length > maxRestBytes) break;
  }
  const isWhole = reader.isListOver && end.test(rest.toString("latin1"));
  return { header: isWhole ? reader.header : undefined, messages: reader.messages };
}

/**
 * Longer than nearly any message, and than what stands around them; but not as long as those that are left out of a damaged
 * file, so that both ways to read it count alike.
 */
const maxRestBytes = 1 << 19;

class UsualReader {
  /** What stands before the list of messages. */
  header: Json | undefined;
  isListOver = false;
  /** Messages that were read. */
  messages = 0;
  /** Of the bytes that were read last: messages that were nothing but a text, and where all that was read ends. */
  texts = 0;
  end = 0;
  #frame: Frame | undefined;
  readonly #senders = new FewStrings();
  readonly #readOther: ReadOther;

  constructor(readOther: ReadOther) {
    this.#readOther = readOther;
  }

  /** The entries of all messages that stand whole in some bytes. */
  read(bytes: Buffer): ParsedEntry[] {
    const entries: ParsedEntry[] = [];
    this.texts = 0;
    this.end = 0;
    // No message goes on behind the last of these.
    if (!isUtf8(bytes.subarray(0, bytes.lastIndexOf(closeObject)))) return entries;
    if (this.header === undefined) this.#readStart(bytes);
    while (this.header !== undefined && !this.isListOver) {
      if (!this.#readText(bytes, entries) && !this.#readMessage(bytes, entries)) break;
      this.messages++;
      this.isListOver = bytes[this.end] === closeList;
      this.end++;
    }
    return entries;
  }

  #readStart(bytes: Buffer): void {
    const end = start.exec(bytes.toString("latin1", 0, maxRestBytes))?.[0].length ?? 0;
    this.header = parseObject(`${bytes.toString("utf8", 0, end)}]}`);
    if (this.header === undefined) return;
    delete this.header.messages;
    this.end = end;
  }

  /** Reads a message that is written as one before; false where it is not. */
  #readText(bytes: Buffer, entries: ParsedEntry[]): boolean {
    if (this.#frame === undefined || !startsWith(bytes, this.end, this.#frame.beforeSender)) return false;
    const { beforeSender, beforeText, beforeTime, behindTime } = this.#frame;
    const senderAt = this.end + beforeSender.length;
    const limit = Math.min(this.end + maxRestBytes, bytes.length);
    const senderEnd = endOfString(bytes, senderAt, limit);
    if (senderEnd === -1 || !startsWith(bytes, senderEnd, beforeText)) return false;
    const textAt = senderEnd + beforeText.length;
    const textEnd = endOfString(bytes, textAt, limit);
    const textBits = highBits;
    if (textEnd <= textAt || !startsWith(bytes, textEnd, beforeTime)) return false;
    const timeAt = textEnd + beforeTime.length;
    const sentAt = timeIn(bytes, timeAt);
    if (sentAt === undefined || !startsWith(bytes, timeAt + timeDigits, behindTime)) return false;
    const end = timeAt + timeDigits + behindTime.length;
    if (bytes[end] !== comma && bytes[end] !== closeList) return false;
    this.end = end;
    this.texts++;
    entries.push({
      sender: cleanText(this.#senders.at(bytes, senderAt, senderEnd), false),
      sentAt,
      text: cleanText(textOf(bytes, textAt, textEnd, textBits), false),
      kind: "text",
      attachments: [],
      reactions: [],
    });
    return true;
  }

  /** Reads any message; false where there is no whole one. */
  #readMessage(bytes: Buffer, entries: ParsedEntry[]): boolean {
    const end = endOfElement(bytes.subarray(0, this.end + maxRestBytes), this.end);
    const message = end === undefined ? undefined : parseObject(bytes.toString("utf8", this.end, end));
    if (end === undefined || message === undefined) return false;
    this.#frame = frameOf(bytes.toString("latin1", this.end, end)) ?? this.#frame;
    const entry = this.#readOther(message, this.messages);
    if (entry !== undefined) entries.push(entry);
    this.end = end;
    return true;
  }
}

/** The bytes that stand around sender, text and time of a message that is nothing but a text. */
interface Frame {
  beforeSender: Buffer;
  beforeText: Buffer;
  beforeTime: Buffer;
  behindTime: Buffer;
}

/** @param message A byte a character. */
function frameOf(message: string): Frame | undefined {
  const { groups = {} } = plainMessage.exec(message)?.indices ?? {};
  const { sender, text, time } = groups;
  if (sender === undefined || text === undefined || time === undefined) return undefined;
  const between = (from: number, to: number) => Buffer.from(message.slice(from, to), "latin1");
  return {
    beforeSender: between(0, sender[0]),
    beforeText: between(sender[1], text[0]),
    beforeTime: between(text[1], time[0]),
    behindTime: between(time[1], message.length),
  };
}

const comma = 0x2c;
const closeList = 0x5d;
const closeObject = 0x7d;
const zero = 0x30;

/** Of thirteen digits a time is one in milliseconds. */
const timeDigits = 13;

function timeIn(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== zero + 1) return undefined;
  let time = 0;
  for (let index = at; index < at + timeDigits; index++) {
    const digit = (bytes[index] as number) - zero;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    time = 10 * time + digit;
  }
  return time;
}

/** Control characters, which JSON does not allow there, are left to the parser: what is found goes through it once. */
const plainString = /"[^"\\]*"/.source;
const start = spaced(
  `^_\\{_"participants"_:_\\[_(?:${plainString}_(?:,_(?=")|(?=\\])))*\\]_,_"threadName"_:_${plainString}_,_"messages"_:_\\[`,
);
const plainMessage = spaced(
  `^_\\{_"isUnsent"_:_false_,_"media"_:_\\[_\\]_,_"reactions"_:_\\[_\\]_,_"senderName"_:_"(?<sender>[^"\\\\]*)"_,` +
    `_"text"_:_"(?<text>[^"\\\\]+)"_,_"timestamp"_:_(?<time>1\\d{12})_,_"type"_:_"text"_\\}_$`,
);
const end = spaced("^_\\}_$");

/** With what JSON allows between its parts in place of each underscore. */
function spaced(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll("_", "[ \\t\\r\\n]*"), "d");
}

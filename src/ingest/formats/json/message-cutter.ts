import { StructureScanner, structural } from "./structure-scanner.ts";

export interface SplitBatch {
  /** Elements of the array, as many as came together. */
  messages: unknown[];
  /** Elements left out: too long for any message, and no JSON. */
  tooLong: number;
  unreadable: number;
  /** Number of the document in the file that they stand in. */
  document: number;
}

/** Everything of the file but its messages; undefined when that is no JSON object. */
export type FileHeader = Record<string, unknown> | undefined;

/** A message has 20,000 characters at most, and escaped mojibake up to 36 bytes a character. */
const maxMessageBytes = 2_000_000;
const maxHeaderBytes = 4_000_000;

/**
 * Cuts `{ …, "messages": [ … ], … }` between the elements of that array, byte by byte.
 *
 * It knows strings and nesting only; what is no JSON is found by `JSON.parse`, batch by batch.
 */
export class MessageCutter {
  /** True once the outermost object has ended. */
  isWhole = false;
  waitingBytes = 0;
  /** What stands between two messages, from the end of one to the first key of the next; undefined until it was seen. */
  separator: Separator | undefined;
  /** Number of the document that it stands in: files may be glued together. */
  document = 0;
  /** Batches of documents that have ended. */
  #ended: SplitBatch[] = [];
  #scanner = new StructureScanner();
  #depth = 0;
  #isInMessages = false;
  #isAfterMessagesKey = false;
  /** Whole elements with the commas between them, waiting to be parsed. */
  #waiting: Buffer[] = [];
  /** The element that goes on in the next chunk. */
  #element: Buffer[] = [];
  #elementBytes = 0;
  #tooLong = 0;
  #header: Buffer[] = [];
  #headerBytes = 0;

  feed(chunk: Buffer): void {
    let handedOn = 0;
    for (let at = this.#scanner.next(chunk, 0); at < chunk.length; at = this.#scanner.next(chunk, at + 1)) {
      const byte = chunk[at];
      if (byte === structural.openObject && this.#depth === 0 && this.isWhole) {
        this.#toHeader(chunk.subarray(handedOn, at));
        handedOn = at;
        this.#beginDocument();
      }
      if (
        this.#isInMessages &&
        this.#depth === 2 &&
        (byte === structural.comma || byte === structural.closeArray)
      ) {
        this.#endElement(chunk.subarray(handedOn, at));
        handedOn = byte === structural.comma ? at + 1 : at;
      }
      if (this.#step(byte as number)) {
        this.#toHeader(chunk.subarray(handedOn, at + 1));
        handedOn = at + 1;
      }
    }
    const rest = chunk.subarray(handedOn);
    if (this.#isInMessages) this.#toElement(rest);
    else this.#toHeader(rest);
  }

  /** Follows the nesting; true where the array of messages begins. */
  #step(byte: number): boolean {
    const { openArray, openObject, closeArray, closeObject, colon, comma } = structural;
    if (byte === openArray || byte === openObject) {
      this.#depth++;
      const begins = byte === openArray && this.#depth === 2 && this.#isAfterMessagesKey;
      if (begins) this.#isInMessages = true;
      return begins;
    }
    if (byte === closeArray || byte === closeObject) {
      this.#depth--;
      if (this.#depth === 1) this.#isInMessages = false;
      if (this.#depth === 0) this.isWhole = true;
    } else if (this.#depth === 1 && byte === colon) {
      this.#isAfterMessagesKey = this.#scanner.lastString === "messages";
    } else if (this.#depth === 1 && byte === comma) {
      this.#isAfterMessagesKey = false;
    }
    return false;
  }

  #beginDocument(): void {
    this.#ended.push(this.#takeWaiting());
    this.document++;
    this.isWhole = false;
  }

  #endElement(bytes: Buffer): void {
    this.#toElement(bytes);
    if (this.#elementBytes > maxMessageBytes) this.#tooLong++;
    else if (this.#element.some((piece) => piece.length > 0)) {
      if (this.#waiting.length > 0) this.#waiting.push(comma);
      this.#waiting.push(...this.#element);
      this.waitingBytes += this.#elementBytes;
    }
    this.#element = [];
    this.#elementBytes = 0;
  }

  #toElement(bytes: Buffer): void {
    this.#elementBytes += bytes.length;
    if (this.#elementBytes > maxMessageBytes) this.#element = [];
    else this.#element.push(bytes);
  }

  /** The first document's alone. */
  #toHeader(bytes: Buffer): void {
    if (this.document > 0) return;
    this.#headerBytes += bytes.length;
    if (this.#headerBytes > maxHeaderBytes) throw new Error("what stands around its messages is too large");
    this.#header.push(bytes);
  }

  takeBatches(): SplitBatch[] {
    const batches = [...this.#ended, this.#takeWaiting()];
    this.#ended = [];
    return batches;
  }

  #takeWaiting(): SplitBatch {
    const { document } = this;
    const bytes = Buffer.concat(this.#waiting);
    this.separator ??= separatorIn(bytes);
    const tooLong = this.#tooLong;
    this.#waiting = [];
    this.waitingBytes = 0;
    this.#tooLong = 0;
    const messages = parseJson(`[${bytes.toString("utf8")}]`) as unknown[] | undefined;
    if (messages !== undefined) return { messages, tooLong, unreadable: 0, document };
    const each = elementsOf(bytes).map((element) => parseJson(element.toString("utf8")));
    const readable = each.filter((element) => element !== undefined);
    return { messages: readable, tooLong, unreadable: each.length - readable.length, document };
  }

  /**
   * Takes back the message that has begun, and stands before it again; undefined outside of the messages, and where the
   * message is longer than most.
   */
  takeBegun(): Buffer | undefined {
    if (!this.#isInMessages || this.#elementBytes > maxBegunBytes) return undefined;
    const begun = Buffer.concat(this.#element);
    this.#element = [];
    this.#elementBytes = 0;
    this.#depth = 2;
    this.#scanner = new StructureScanner();
    return begun;
  }

  header(): FileHeader {
    const header = parseJson(withoutByteOrderMark(Buffer.concat(this.#header)).toString("utf8"));
    return typeof header === "object" && header !== null ? (header as FileHeader) : undefined;
  }
}

const comma = Buffer.from(",");
const maxBegunBytes = 1 << 18;

interface Separator {
  bytes: Buffer;
  /** Where the comma stands in it. */
  comma: number;
}

function separatorIn(elements: Buffer): Separator | undefined {
  const head = elements.subarray(0, maxBegunBytes);
  const commaAt = endOfElement(head, 0);
  if (commaAt === undefined) return undefined;
  const end = /\}\s*$/.exec(head.toString("latin1", 0, commaAt))?.[0];
  const start = /^\s*\{\s*"[^"\\]{1,40}"/.exec(head.toString("latin1", commaAt + 1))?.[0];
  if (end === undefined || start === undefined) return undefined;
  return { bytes: Buffer.from(`${end},${start}`, "latin1"), comma: end.length };
}

/** The elements of an array's inside, cut at the commas between them. */
function elementsOf(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  let start = 0;
  for (let end = endOfElement(bytes, 0); end !== undefined; end = endOfElement(bytes, start)) {
    elements.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return [...elements, bytes.subarray(start)];
}

/** Where the comma or the bracket stands that ends an element of an array; undefined when it is not in these bytes. */
export function endOfElement(bytes: Buffer, start: number): number | undefined {
  const { openArray, openObject, closeArray, closeObject, comma } = structural;
  const scanner = new StructureScanner();
  let depth = 0;
  for (let at = scanner.next(bytes, start); at < bytes.length; at = scanner.next(bytes, at + 1)) {
    const byte = bytes[at];
    if (depth === 0 && (byte === comma || byte === closeArray)) return at;
    if (byte === openArray || byte === openObject) depth++;
    else if (byte === closeArray || byte === closeObject) depth--;
  }
  return undefined;
}

export function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

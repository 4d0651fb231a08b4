import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import { type ExportEntry, readEntry, streamEntry } from "../../archives/index.ts";
import { drop, type Tally } from "../../tally.ts";
import { type FileHeader, type SplitBatch, withoutByteOrderMark } from "./message-cutter.ts";
import { CutOffError, splitMessages } from "./message-splitter.ts";

interface RawBatch {
  /** Elements of the file's `messages`, in its order. */
  messages: unknown[];
  /** Whether the whole file is ASCII: how Facebook writes, with text that needs repair. */
  isAscii: boolean;
}

/** What is known of a file at its end. */
interface FileEnd {
  header: FileHeader;
  /** What is wrong with it, when only a part could be read. */
  problem?: string;
}

/**
 * Reads a file of the shape `{ …, "messages": [ … ] }`.
 *
 * Files up to `wholeFileBytes` are parsed whole; larger ones, and damaged ones as far as they go, are cut into messages.
 */
export async function* readMessageFile(
  entry: ExportEntry,
  { wholeFileBytes, tally }: { wholeFileBytes: number; tally: Tally },
): AsyncGenerator<RawBatch, FileEnd> {
  if (entry.bytes > wholeFileBytes) {
    const isAllAscii = await isAsciiStream(streamEntry(entry));
    return yield* readInPieces(() => streamEntry(entry), isAllAscii, tally);
  }
  const bytes = withoutByteOrderMark(readEntry(entry, scratchFor(entry)));
  refuseWideEncodings(bytes);
  const isAllAscii = isAscii(bytes);
  const json = mayHaveSeveralLists(bytes)
    ? undefined
    : parseObject(isAllAscii ? bytes.toString("latin1") : bytes.toString("utf8"));
  // Other files are read before the next piece is asked for.
  if (json === undefined) {
    const copy = Buffer.from(bytes);
    return yield* readInPieces(() => [copy], isAllAscii, tally);
  }
  const { messages, ...header } = json;
  if (!Array.isArray(messages)) throw new Error("it has no list of messages");
  yield { messages, isAscii: isAllAscii };
  return { header };
}

/** Parts of threads have up to some 4 MB; with one buffer for all of them the system need not find pages for each. */
let scratch: Buffer | undefined;
const scratchBytes = 1 << 22;

function scratchFor({ bytes }: ExportEntry): Buffer | undefined {
  if (bytes > scratchBytes) return undefined;
  scratch ??= Buffer.allocUnsafeSlow(scratchBytes);
  return scratch;
}

const listKey = Buffer.from('"messages"');

/** Of two lists under one key, `JSON.parse` would drop the first without a word. */
export function mayHaveSeveralLists(bytes: Buffer): boolean {
  const first = bytes.indexOf(listKey);
  return first !== -1 && bytes.includes(listKey, first + listKey.length);
}

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

async function* readInPieces(
  open: () => Chunks,
  isAllAscii: boolean,
  tally: Tally,
): AsyncGenerator<RawBatch, FileEnd> {
  const pieces = splitMessages(open());
  const further = new FurtherDocuments(open, tally);
  let given = 0;
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return endOf(value, given, further.problem);
      noteLosses(value, tally);
      if (value.document > 0) {
        await further.note(value);
        continue;
      }
      given += value.messages.length;
      yield { messages: value.messages, isAscii: isAllAscii };
    }
  } catch (error) {
    if (error instanceof CutOffError) return { header: undefined, problem: damaged(given) };
    throw error;
  }
}

/** What stands behind the first document of a file is a copy of it, or of another chat. */
class FurtherDocuments {
  readonly #open: () => Chunks;
  readonly #tally: Tally;
  #document = 0;
  #first: Map<string, number> | undefined;
  #left = new Map<string, number>();
  #others = 0;

  constructor(open: () => Chunks, tally: Tally) {
    this.#open = open;
    this.#tally = tally;
  }

  get problem(): string | undefined {
    if (this.#document === 0) return undefined;
    return this.#others === 0
      ? "holds its document more than once: the others are copies"
      : `holds another document behind its first: put it into a file of its own (${this.#others} of its entries were left out)`;
  }

  async note({ messages, document }: SplitBatch): Promise<void> {
    this.#first ??= await countMessages(this.#open());
    if (document !== this.#document) this.#left = new Map(this.#first);
    this.#document = document;
    const copies = messages.filter((message) => this.#take(hashOf(message))).length;
    const others = messages.length - copies;
    this.#tally.read += messages.length;
    this.#tally.duplicates += copies;
    if (others > 0) drop(this.#tally, "behind the first document of a file", others);
    this.#others += others;
  }

  #take(hash: string): boolean {
    const count = this.#left.get(hash) ?? 0;
    this.#left.set(hash, count - 1);
    return count > 0;
  }
}

/** How often the first document has each message. */
async function countMessages(chunks: Chunks): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { messages, document } of splitMessages(chunks)) {
    if (document > 0) break;
    for (const hash of messages.map(hashOf)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

function hashOf(message: unknown): string {
  return createHash("sha1").update(JSON.stringify(message)).digest("base64");
}

function endOf(whole: FileHeader, given: number, problem: string | undefined): FileEnd {
  if (whole === undefined) return { header: undefined, problem: damaged(given) };
  const { messages, ...header } = whole;
  // What was cut out leaves an empty list behind.
  if (!Array.isArray(messages)) throw new Error("it has no list of messages");
  return problem === undefined ? { header } : { header, problem };
}

function damaged(given: number): string {
  return given === 0
    ? "is damaged or cut off (not whole JSON)"
    : `is damaged or cut off (not whole JSON); ${given} entries could be read`;
}

function noteLosses({ tooLong, unreadable }: { tooLong: number; unreadable: number }, tally: Tally): void {
  tally.read += tooLong + unreadable;
  if (tooLong > 0) drop(tally, "longer than any message", tooLong);
  if (unreadable > 0) drop(tally, "not readable as JSON", unreadable);
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    // The words of a JSON error quote the file, so it is not kept.
    return undefined;
  }
}

async function isAsciiStream(chunks: AsyncIterable<Buffer>): Promise<boolean> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const content = isFirst ? withoutByteOrderMark(chunk) : chunk;
    if (isFirst) refuseWideEncodings(content);
    isFirst = false;
    if (!isAscii(content)) return false;
  }
  return true;
}

function refuseWideEncodings(bytes: Buffer): void {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isWide) throw new Error("it is UTF-16, and exports are UTF-8: save it again as UTF-8");
}

/** One thread's messages in the store: JSON lines, oldest first, in a file that is named by its content. */
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { UserError } from "../../errors.ts";
import { asideName, type Workspace } from "../../workspace.ts";
import type { PlacedEntry } from "../merge/index.ts";
import { DamagedLineError } from "./line.ts";
import { LineBuffer } from "./line-buffer.ts";
import { parseLines } from "./stored-lines.ts";

export interface ThreadFileName {
  id: string;
  sha256: string;
}

export function threadFile({ messages }: Workspace, { id, sha256 }: ThreadFileName): string {
  return path.join(messages, `${id}.${sha256.slice(0, 12)}.jsonl`);
}

/** Small enough for the text made of it to stay in the processor's cache, and among the young objects. */
const chunkBytes = 1 << 17;
const newline = 0x0a;

/**
 * The entries of a file in batches, those of a chunk parsed at once.
 *
 * It waits for the disk: for thousands of small files, promises cost more than that.
 */
export async function* readThreadFile(
  workspace: Workspace,
  name: ThreadFileName & { bytes: number },
): AsyncGenerator<PlacedEntry[]> {
  const file = threadFile(workspace, name);
  const descriptor = openWhatTheIndexNames(file);
  try {
    const { size } = fstatSync(descriptor);
    if (size !== name.bytes) throw damaged(file, "does not have the size that it was written with");
    let line = 1;
    let latest = -Infinity;
    // One byte more than a small file has, so that its end is seen at once.
    for (const lines of wholeLinesOf(descriptor, Math.min(chunkBytes, size + 1))) {
      const entries = parseIn(file, line, lines);
      for (const { sentAt } of entries) {
        if (sentAt !== null && sentAt < latest) throw damaged(file, "is not in the order of time");
        latest = sentAt ?? latest;
      }
      line += entries.length;
      yield entries;
    }
  } finally {
    closeSync(descriptor);
  }
}

function* wholeLinesOf(descriptor: number, readBytes: number): Generator<Buffer> {
  const chunk = Buffer.allocUnsafe(readBytes);
  let rest = Buffer.alloc(0);
  for (let isOver = false; !isOver; ) {
    const bytes = readSync(descriptor, chunk, 0, chunk.length, null);
    isOver = bytes < chunk.length;
    const end = isOver ? bytes : chunk.lastIndexOf(newline, bytes - 1) + 1;
    const lines = Buffer.concat([rest, chunk.subarray(0, end)]);
    const isWhole = end > 0 || isOver;
    rest = isWhole ? Buffer.from(chunk.subarray(end, bytes)) : Buffer.concat([rest, chunk]);
    if (isWhole && lines.length > 0) yield lines;
  }
}

/** @param first Number of the first line in its file. */
function parseIn(file: string, first: number, lines: Buffer): PlacedEntry[] {
  try {
    return parseLines(lines);
  } catch (error) {
    if (!(error instanceof DamagedLineError)) throw error;
    throw damaged(file, `cannot be read at line ${first + error.index}`);
  }
}

function openWhatTheIndexNames(file: string): number {
  try {
    const descriptor = openSync(file, "r");
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  throw damaged(file, "is missing");
}

function damaged(file: string, problem: string): UserError {
  return new UserError(`${file} ${problem}: the message store is damaged.`, { fix: importAnew });
}

/** The list of whom to leave out goes with the folder. */
export const importAnew =
  "Move the messages folder away, import your exports again, and persona forget again whom you had forgotten.";

/** Whole lines of a file, many at a time. */
export async function* linesOf(file: string, readBytes: number): AsyncGenerator<string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end + 1)];
    yield whole.toString("utf8").split("\n");
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last.toString("utf8").split("\n");
}

/**
 * Writes a thread aside; `publish` names it by its content. A killed import leaves the old file in place.
 *
 * Writing is synchronous: it happens in worker threads, where nothing else waits.
 */
export class ThreadFileWriter {
  bytes = 0;
  readonly #workspace: Workspace;
  readonly #id: string;
  readonly #aside: string;
  readonly #descriptor: number;
  readonly #hash = createHash("sha256");
  readonly #lines = new LineBuffer((bytes) => this.#append(bytes));
  #isOpen = true;

  constructor(workspace: Workspace, id: string) {
    this.#workspace = workspace;
    this.#id = id;
    this.#aside = asideName(path.join(workspace.messages, `${id}.jsonl`));
    this.#descriptor = openSync(this.#aside, "wx", 0o600);
  }

  write(entry: PlacedEntry): void {
    this.#lines.add(entry);
  }

  #append(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
    for (let written = 0; written < bytes.length; )
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
  }

  /** Gives the file its name; the content's sha256, in hex. It is on the disk for sure once `DiskFlush` is done with it. */
  publish(): string {
    this.#lines.flush();
    this.#close();
    const sha256 = this.#hash.digest("hex");
    renameSync(this.#aside, threadFile(this.#workspace, { id: this.#id, sha256 }));
    return sha256;
  }

  /** Removes what was written; does nothing after `publish`. */
  discard(): void {
    if (!this.#isOpen) return;
    this.#close();
    rmSync(this.#aside, { force: true });
  }

  #close(): void {
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}

/**
 * A segment: what one thread gives to a data set, rendered, on disk. Made once for a thread and its settings, and used
 * again until either changes.
 *
 *     record …   conversations, the held-out ones last
 *     facts      JSON, for the report
 *     summary    JSON
 *     trailer    bytes of the facts, bytes of the summary, version
 *
 * It is written aside and renamed. Numbers are little-endian, as on every machine that Node runs on.
 */
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { asideName } from "../../workspace.ts";
import type { Facts } from "../facts/index.ts";
import type { NamesMet } from "../redaction/index.ts";
import {
  bytesOf,
  bytesOfRecord,
  headerBytes,
  readRecord,
  type SegmentRecord,
  type TokenArray,
  type WrittenRecord,
  writeRecord,
} from "./record.ts";

/** What is counted while a thread is rendered. */
export interface SegmentSummary {
  /** Everything left out of this thread, by reason. */
  excluded: Record<string, { conversations: number; personaBubbles: number }>;
  /** Turns of each of the others in training, by label. */
  speakers: Record<string, number>;
  redactions: Record<string, number>;
  /** Where names were looked for, unless all names stay. */
  namesMet?: NamesMet;
  /** Where the held-out records start, in bytes. */
  heldOutAt: number;
  /** Where the records end, in bytes. */
  recordsEnd: number;
}

/** Raised when what segments hold changes for the same settings. */
export const segmentVersion = 3;

const trailerBytes = 12;
const bufferBytes = 1 << 19;

/** Calls that wait for the disk cost less than promises do for thousands of small files, and worker threads may wait. */
export interface SegmentWriter {
  write(record: WrittenRecord): void;
  close(facts: Facts, counts: Omit<SegmentSummary, "heldOutAt" | "recordsEnd">): SegmentSummary;
  /** Removes what was written so far. */
  abandon(): void;
}

export function openSegmentWriter(file: string, Tokens: TokenArray): SegmentWriter {
  const aside = asideName(file);
  const descriptor = openSync(aside, "wx", 0o600);
  let used = 0;
  let written = 0;
  let heldOutAt: number | undefined;

  function flush(): void {
    writeAll(descriptor, new Uint8Array(writeBuffer, 0, used));
    written += used;
    used = 0;
  }

  return {
    write(record) {
      const bytes = bytesOf(record, Tokens);
      if (used + bytes > writeBuffer.byteLength) flush();
      if (bytes > writeBuffer.byteLength) writeBuffer = new ArrayBuffer(bytes);
      if (record.isHeldOut) heldOutAt ??= written + used;
      used += writeRecord(writeBuffer, used, record, Tokens);
    },
    close(facts, counts) {
      flush();
      const recordsEnd = written;
      const summary: SegmentSummary = { ...counts, heldOutAt: heldOutAt ?? recordsEnd, recordsEnd };
      const parts = [facts, summary].map((value) => Buffer.from(JSON.stringify(value)));
      const trailer = Buffer.alloc(trailerBytes);
      for (const [index, { length }] of parts.entries()) trailer.writeUInt32LE(length, 4 * index);
      trailer.writeUInt32LE(segmentVersion, 8);
      writeAll(descriptor, Buffer.concat([...parts, trailer]));
      closeSync(descriptor);
      renameSync(aside, file);
      return summary;
    },
    abandon() {
      closeSync(descriptor);
      rmSync(aside, { force: true });
    },
  };
}

/** One for all writers of a thread: only one of them is open at a time. */
let writeBuffer = new ArrayBuffer(bufferBytes);

/** A full disk writes a part and says so only at the next try. */
function writeAll(descriptor: number, data: Uint8Array): void {
  for (let at = 0; at < data.length; ) at += writeSync(descriptor, data, at);
}

/** The summary of a whole segment; undefined where there is none that this version can read. */
export function readSummary(file: string): SegmentSummary | undefined {
  return readEnd(file)?.summary;
}

/** The facts of a whole segment. */
export function readFacts(file: string): Facts {
  const end = readEnd(file, true);
  if (end?.facts === undefined)
    throw new Error(`${file} is gone; was it removed while the data set was made?`);
  return end.facts;
}

function readEnd(
  file: string,
  withFacts = false,
): { summary: SegmentSummary; facts: Facts | undefined } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    if (size < trailerBytes) return undefined;
    const trailer = readAt(descriptor, size - trailerBytes, trailerBytes);
    const [factsBytes, summaryBytes] = [trailer.readUInt32LE(0), trailer.readUInt32LE(4)];
    const recordsEnd = size - trailerBytes - summaryBytes - factsBytes;
    if (trailer.readUInt32LE(8) !== segmentVersion || recordsEnd < 0) return undefined;
    const readJson = (position: number, bytes: number) =>
      JSON.parse(readAt(descriptor, position, bytes).toString("utf8"));
    const summary: SegmentSummary = readJson(recordsEnd + factsBytes, summaryBytes);
    if (summary.recordsEnd !== recordsEnd) return undefined;
    return { summary, facts: withFacts ? readJson(recordsEnd, factsBytes) : undefined };
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  readSync(descriptor, buffer, 0, bytes, position);
  return buffer;
}

/** Yields the records between two positions, each valid until the next is asked for. */
export function* readRecords(
  file: string,
  { start, end }: { start: number; end: number },
  Tokens: TokenArray,
): Generator<SegmentRecord> {
  if (start === end) return;
  const descriptor = openSync(file, "r");
  try {
    let buffer = new ArrayBuffer(Math.min(bufferBytes, end - start));
    let filled = 0;
    let position = start;
    while (position < end || filled > 0) {
      const room = Math.min(buffer.byteLength - filled, end - position);
      const bytesRead = readSync(descriptor, new Uint8Array(buffer, filled, room), 0, room, position);
      position += bytesRead;
      filled += bytesRead;
      let at = 0;
      while (filled - at >= headerBytes && filled - at >= bytesOfRecord(buffer, at)) {
        yield readRecord(buffer, at, Tokens);
        at += bytesOfRecord(buffer, at);
      }
      if (at === 0 && bytesRead === 0) throw new Error(`${file} ends in the middle of a record.`);
      buffer = moveToStart(buffer, at, filled);
      filled -= at;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes from `at` to `filled` at the start, with room for the record that begins there. */
function moveToStart(buffer: ArrayBuffer, at: number, filled: number): ArrayBuffer {
  const needed = filled - at >= headerBytes ? bytesOfRecord(buffer, at) : 0;
  const target = needed > buffer.byteLength ? new ArrayBuffer(needed) : buffer;
  if (at > 0 || target !== buffer) new Uint8Array(target).set(new Uint8Array(buffer, at, filled - at));
  return target;
}

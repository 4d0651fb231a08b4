/**
 * A segment: what one thread gives to a data set, rendered, on disk. Made once for a thread and its settings, and used
 * again until either changes.
 *
 *     record …   conversations, the held-out ones last
 *     facts      JSON, for the report
 *     summary    JSON
 *     trailer    bytes of the facts, bytes of the summary, version, CRC-32 of all before it
 *
 * It is written aside and renamed, but not flushed: after a power cut its name may be there without its content.
 * Numbers are little-endian, as on every machine that Node runs on.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Facts } from "../facts/index.ts";
import type { NamesMet } from "../redaction/index.ts";
import { bytesOfRecord, headerBytes, readRecord, type SegmentRecord, type TokenArray } from "./record.ts";

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

/** A segment on disk that was found whole. */
export interface Segment {
  file: string;
  summary: SegmentSummary;
  /** The CRC-32 of its trailer: whoever opens it later sees whether it is still the same. */
  check: number;
}

/** Raised when what segments hold changes for the same settings. */
export const segmentVersion = 6;

const trailerBytes = 16;
export const bufferBytes = 1 << 19;

/** Raised where a segment is not what it was when its summary was read: another process removed it, or made it anew. */
class SegmentGoneError extends Error {
  /** Errors lose their class on the way out of a worker thread. */
  readonly code = "SEGMENT_GONE";

  constructor(file: string) {
    super(`${file} is gone; was it removed while the data set was made?`);
  }
}

export function isSegmentGone(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "SEGMENT_GONE";
}

/** A segment that is there, of this version, and whole to the last bit. */
export function findSegment(file: string): Segment | undefined {
  const descriptor = openWhereThere(file);
  if (descriptor === undefined) return undefined;
  try {
    const trailer = readTrailer(descriptor);
    if (trailer === undefined || trailer.check !== checkOf(descriptor, trailer.checkAt)) return undefined;
    return {
      file,
      summary: readJson(descriptor, trailer.summaryAt, trailer.summaryBytes),
      check: trailer.check,
    };
  } finally {
    closeSync(descriptor);
  }
}

/** The facts of a segment. */
export function readFacts(segment: SegmentName): Facts {
  const { descriptor, recordsEnd, summaryAt } = openSegment(segment);
  try {
    return readJson(descriptor, recordsEnd, summaryAt - recordsEnd);
  } finally {
    closeSync(descriptor);
  }
}

/** What tells a segment from another one under its name. */
export type SegmentName = Pick<Segment, "file" | "check">;

/** @throws {SegmentGoneError} where it is not the one that was found. */
function openSegment({ file, check }: SegmentName): { descriptor: number } & Trailer {
  const descriptor = openWhereThere(file);
  if (descriptor === undefined) throw new SegmentGoneError(file);
  const trailer = readTrailer(descriptor);
  if (trailer?.check === check) return { descriptor, ...trailer };
  closeSync(descriptor);
  throw new SegmentGoneError(file);
}

function openWhereThere(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Where the parts of a segment lie, in bytes. */
interface Trailer {
  recordsEnd: number;
  summaryAt: number;
  summaryBytes: number;
  checkAt: number;
  check: number;
}

/** Undefined where this version wrote none. */
function readTrailer(descriptor: number): Trailer | undefined {
  const { size } = fstatSync(descriptor);
  if (size < trailerBytes) return undefined;
  const trailer = readAt(descriptor, size - trailerBytes, trailerBytes);
  const [factsBytes = 0, summaryBytes = 0, version, check = 0] = new Uint32Array(trailer.buffer);
  const summaryAt = size - trailerBytes - summaryBytes;
  const recordsEnd = summaryAt - factsBytes;
  if (version !== segmentVersion || recordsEnd < 0) return undefined;
  return { recordsEnd, summaryAt, summaryBytes, checkAt: size - 4, check };
}

/** The CRC-32 of the first `bytes` of a file. */
function checkOf(descriptor: number, bytes: number): number {
  const buffer = new Uint8Array(Math.min(bytes, bufferBytes));
  let check = 0;
  for (let at = 0; at < bytes; ) {
    const bytesRead = readSync(descriptor, buffer, 0, Math.min(buffer.length, bytes - at), at);
    if (bytesRead === 0) return -1;
    check = crc32(buffer.subarray(0, bytesRead), check);
    at += bytesRead;
  }
  return check;
}

function readJson<T>(descriptor: number, position: number, bytes: number): T {
  return JSON.parse(readAt(descriptor, position, bytes).toString("utf8"));
}

function readAt(descriptor: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.from(new ArrayBuffer(bytes));
  readSync(descriptor, buffer, 0, bytes, position);
  return buffer;
}

/** Yields the records between two positions, each valid until the next is asked for. */
export function* readRecords(
  segment: SegmentName,
  { start, end }: { start: number; end: number },
  Tokens: TokenArray,
): Generator<SegmentRecord> {
  if (start === end) return;
  const { descriptor } = openSegment(segment);
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
      if (at === 0 && bytesRead === 0) throw new SegmentGoneError(segment.file);
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

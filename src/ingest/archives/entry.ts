/**
 * One file of an export, and how its content is read, wherever it lies.
 *
 * An entry is plain data, so that it can be handed to a worker thread and opened there.
 */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { constants, crc32, createInflateRaw, inflateRawSync } from "node:zlib";

export interface ExportEntry {
  /** Path inside the export, with `/`. */
  path: string;
  /** Bytes once unpacked. */
  bytes: number;
  /** The file on disk that holds the content. */
  file: string;
  /** Set for an entry of a zip. */
  packed?: {
    /** Where its local header starts in the zip. */
    headerOffset: number;
    bytes: number;
    method: number;
    isEncrypted: boolean;
    crc32: number;
  };
}

/** The files of an export, and what in it was not listed. */
export interface Listing {
  entries: ExportEntry[];
  problems: { file: string; problem: string }[];
}

/**
 * The whole content. The caller has checked `bytes`.
 *
 * @param into Is used where the content fits: a new buffer's pages cost more than reading them.
 */
export function readEntry(entry: ExportEntry, into?: Buffer): Buffer {
  if (entry.packed === undefined) return readRange(entry.file, 0, entry.bytes, into);
  const { bytes, method } = entry.packed;
  const packed = readRange(entry.file, dataOffset(entry), bytes);
  const content = method === stored ? packed : inflate(packed, entry.bytes);
  if (content.length !== entry.bytes || crc32(content) !== entry.packed.crc32) throw badChecksum();
  return content;
}

/** The first bytes of the content, at most `maxBytes`; not checked against the zip's checksum. */
export function peekEntry(entry: ExportEntry, maxBytes: number): Buffer {
  if (entry.packed === undefined) return readRange(entry.file, 0, Math.min(maxBytes, entry.bytes));
  // JSON unpacks to several times its size, so a quarter of the bytes is enough; deflate's most is 1,032 times.
  const share = entry.packed.method === stored ? maxBytes : maxBytes >> 2;
  const packed = readRange(entry.file, dataOffset(entry), Math.min(share, entry.packed.bytes));
  return entry.packed.method === stored ? packed : inflateHead(packed, maxBytes);
}

/** The last bytes of an entry that is a file of its own. */
export function tailOfFile({ file, bytes }: ExportEntry, maxBytes: number): Buffer {
  const length = Math.min(maxBytes, bytes);
  return readRange(file, bytes - length, length);
}

/** The content of any size, chunk by chunk, held against the zip's length and checksum as it passes. */
export async function* streamEntry(entry: ExportEntry): AsyncGenerator<Buffer> {
  if (entry.packed === undefined) {
    yield* createReadStream(entry.file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
    return;
  }
  const start = dataOffset(entry);
  const end = start + entry.packed.bytes - 1;
  const options = { start, end, highWaterMark: chunkBytes };
  const packed = end < start ? [] : createReadStream(entry.file, options);
  let length = 0;
  let checksum = 0;
  for await (const chunk of unpacked(packed, entry.packed.method)) {
    length += chunk.length;
    if (length > entry.bytes) throw new Error("it is longer than its zip says");
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (length !== entry.bytes || checksum !== entry.packed.crc32) throw badChecksum();
}

const chunkBytes = 1 << 18;
const stored = 0;
const deflated = 8;

async function* unpacked(packed: Readable | Buffer[], method: number): AsyncGenerator<Buffer> {
  if (method === stored) return yield* packed as AsyncIterable<Buffer>;
  const inflater = createInflateRaw({ chunkSize: chunkBytes });
  if (Array.isArray(packed)) inflater.end();
  else packed.on("error", (error) => inflater.destroy(error)).pipe(inflater);
  try {
    yield* inflater as AsyncIterable<Buffer>;
  } catch {
    throw damaged();
  } finally {
    inflater.destroy();
    if (!Array.isArray(packed)) packed.destroy();
  }
}

function inflate(packed: Buffer, bytes: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch {
    throw damaged();
  }
}

function inflateHead(packed: Buffer, maxBytes: number): Buffer {
  try {
    // A part of the stream is enough: what it unpacks to is wanted, its end is not.
    return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, maxBytes);
  } catch {
    throw damaged();
  }
}

const localHeaderBytes = 30;

/** Where an entry's data start: behind its local header, whose name and extra field have a length of their own. */
function dataOffset({ file, packed }: ExportEntry): number {
  const { headerOffset, isEncrypted, method } = packed as NonNullable<ExportEntry["packed"]>;
  if (isEncrypted) throw new Error("it is encrypted");
  if (method !== stored && method !== deflated) throw new Error(`its packing method ${method} is not known`);
  const header = readRange(file, headerOffset, localHeaderBytes);
  if (header.readUInt32LE(0) !== 0x04034b50) throw damaged();
  return headerOffset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function readRange(file: string, start: number, bytes: number, into?: Buffer): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const isRoomy = into !== undefined && into.length >= bytes;
    const buffer = isRoomy ? into.subarray(0, bytes) : Buffer.allocUnsafe(bytes);
    let length = 0;
    while (length < bytes) {
      const read = readSync(descriptor, buffer, length, bytes - length, start + length);
      if (read === 0) throw new Error("it ends before its time");
      length += read;
    }
    return buffer;
  } finally {
    closeSync(descriptor);
  }
}

function badChecksum(): Error {
  return new Error("its checksum is wrong");
}

function damaged(): Error {
  return new Error("its packed data are damaged");
}

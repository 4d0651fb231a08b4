/**
 * A segment: what one thread gives to a data set, rendered, on disk. Made once for a thread and its settings, and used
 * again until either changes.
 *
 *     record …   conversations, the held-out ones last
 *     summary    JSON
 *     trailer    bytes of the summary, version
 *
 * It is written aside and renamed. Numbers are little-endian, as on every machine that Node runs on.
 */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { asideName } from "../../workspace.ts";
import {
  bytesOfRecord,
  headerBytes,
  readRecord,
  recordBytes,
  type SegmentRecord,
  type TokenArray,
  writeRecord,
} from "./record.ts";

/** What is counted while a thread is rendered. */
export interface SegmentSummary {
  /** Everything left out of this thread, by reason. */
  excluded: Record<string, { conversations: number; personaBubbles: number }>;
  /** Turns of each of the others in training, by label. */
  speakers: Record<string, number>;
  redactions: Record<string, number>;
  /** Facts for the report, as `src/prepare/facts` defines them. */
  facts: unknown;
  /** Where the held-out records start, in bytes. */
  heldOutAt: number;
  /** Where the records end, in bytes. */
  recordsEnd: number;
}

/** Raised when what segments hold changes for the same settings. */
export const segmentVersion = 1;

const trailerBytes = 8;
const bufferBytes = 1 << 19;

export interface SegmentWriter {
  write(record: Parameters<typeof writeRecord>[2]): Promise<void>;
  close(summary: Omit<SegmentSummary, "heldOutAt" | "recordsEnd">): Promise<void>;
  /** Removes what was written so far. */
  abandon(): Promise<void>;
}

export async function openSegmentWriter(file: string, Tokens: TokenArray): Promise<SegmentWriter> {
  const aside = asideName(file);
  const handle = await open(aside, "wx", 0o600);
  let buffer = new ArrayBuffer(bufferBytes);
  let used = 0;
  let written = 0;
  let heldOutAt: number | undefined;

  async function flush(): Promise<void> {
    await handle.writeFile(new Uint8Array(buffer, 0, used));
    written += used;
    used = 0;
  }

  return {
    async write(record) {
      const { tokens, turnStarts, runs, longTexts } = record;
      const sizes = {
        tokens: tokens.length,
        turns: turnStarts.length,
        runs: runs.length,
        texts: longTexts.length,
      };
      const bytes = recordBytes(sizes, Tokens.BYTES_PER_ELEMENT);
      if (used + bytes > buffer.byteLength) await flush();
      if (bytes > buffer.byteLength) buffer = new ArrayBuffer(bytes);
      if (record.isHeldOut) heldOutAt ??= written + used;
      used += writeRecord(buffer, used, record, Tokens);
    },
    async close(counts) {
      await flush();
      const recordsEnd = written;
      const summary: SegmentSummary = { ...counts, heldOutAt: heldOutAt ?? recordsEnd, recordsEnd };
      const json = Buffer.from(JSON.stringify(summary));
      const trailer = Buffer.alloc(trailerBytes);
      trailer.writeUInt32LE(json.length, 0);
      trailer.writeUInt32LE(segmentVersion, 4);
      await handle.writeFile(Buffer.concat([json, trailer]));
      await handle.close();
      await rename(aside, file);
    },
    async abandon() {
      await handle.close().catch(() => {});
      await rm(aside, { force: true });
    },
  };
}

/** The summary of a whole segment; undefined where there is none that this version can read. */
export async function readSummary(file: string): Promise<SegmentSummary | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    if (size < trailerBytes) return undefined;
    const trailer = await readAt(handle, size - trailerBytes, trailerBytes);
    const bytes = trailer.readUInt32LE(0);
    if (trailer.readUInt32LE(4) !== segmentVersion || bytes > size - trailerBytes) return undefined;
    const summary: SegmentSummary = JSON.parse(
      (await readAt(handle, size - trailerBytes - bytes, bytes)).toString("utf8"),
    );
    return summary.recordsEnd + bytes + trailerBytes === size ? summary : undefined;
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  await handle.read(buffer, 0, bytes, position);
  return buffer;
}

/** Yields the records between two positions, each valid until the next is asked for. */
export async function* readRecords(
  file: string,
  start: number,
  end: number,
  Tokens: TokenArray,
): AsyncGenerator<SegmentRecord> {
  if (start === end) return;
  const handle = await open(file, "r");
  try {
    let buffer = new ArrayBuffer(Math.min(bufferBytes, end - start));
    let filled = 0;
    let position = start;
    while (position < end || filled > 0) {
      const room = Math.min(buffer.byteLength - filled, end - position);
      const { bytesRead } = await handle.read(new Uint8Array(buffer, filled, room), 0, room, position);
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
    await handle.close();
  }
}

/** The bytes from `at` to `filled` at the start, with room for the record that begins there. */
function moveToStart(buffer: ArrayBuffer, at: number, filled: number): ArrayBuffer {
  const needed = filled - at >= headerBytes ? bytesOfRecord(buffer, at) : 0;
  const target = needed > buffer.byteLength ? new ArrayBuffer(needed) : buffer;
  new Uint8Array(target).set(new Uint8Array(buffer, at, filled - at));
  return target;
}

import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { asideName } from "../../workspace.ts";
import type { Facts } from "../facts/index.ts";
import { bytesOf, type TokenArray, type WrittenRecord, writeRecord } from "./record.ts";
import { bufferBytes, type Segment, type SegmentSummary, segmentVersion } from "./segment.ts";

/** Calls that wait for the disk cost less than promises do for thousands of small files, and worker threads may wait. */
export interface SegmentWriter {
  write(record: WrittenRecord): void;
  close(facts: Facts, counts: Omit<SegmentSummary, "heldOutAt" | "recordsEnd">): Segment;
  /** Removes what was written so far. */
  abandon(): void;
}

export function openSegmentWriter(file: string, Tokens: TokenArray): SegmentWriter {
  const aside = asideName(file);
  const descriptor = openSync(aside, "wx", 0o600);
  let used = 0;
  let written = 0;
  let heldOutAt: number | undefined;
  let check = 0;

  function append(data: Uint8Array): void {
    check = crc32(data, check);
    writeAll(descriptor, data);
  }

  function flush(): void {
    append(new Uint8Array(writeBuffer, 0, used));
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
      const sizes = Buffer.from(Uint32Array.of(...parts.map(({ length }) => length), segmentVersion).buffer);
      append(Buffer.concat([...parts, sizes]));
      writeAll(descriptor, Buffer.from(Uint32Array.of(check).buffer));
      closeSync(descriptor);
      renameSync(aside, file);
      return { file, summary, check };
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

import { realpath } from "node:fs/promises";
import type yauzl from "yauzl";
import { UserError } from "../../errors.ts";
import type { ExportEntry, Listing } from "./entry.ts";

/** Lists the files of a zip from its central directory; nothing is unpacked. */
export async function listZip(name: string): Promise<Listing> {
  const file = await realpath(name);
  const entries: ExportEntry[] = [];
  const ranges: [start: number, end: number][] = [];
  const { openPromise } = await import("yauzl");
  let zip: yauzl.ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, lazyEntries: true, validateEntrySizes: true });
    for await (const entry of zip.eachEntry()) {
      ranges.push([
        entry.relativeOffsetOfLocalHeader,
        entry.relativeOffsetOfLocalHeader + entry.compressedSize,
      ]);
      if (!entry.fileName.endsWith("/")) entries.push(asEntry(entry, file));
    }
  } catch (cause) {
    throw refused(name, cause as Error);
  } finally {
    zip?.close();
  }
  if (overlap(ranges)) {
    throw new UserError(`${name} has entries that share their bytes, as only a zip bomb does.`, {
      fix: "Do not open it. Download your export from Facebook again.",
    });
  }
  return { entries, problems: [] };
}

function asEntry(entry: yauzl.Entry, file: string): ExportEntry {
  return {
    path: entry.fileName,
    bytes: entry.uncompressedSize,
    file,
    packed: {
      headerOffset: entry.relativeOffsetOfLocalHeader,
      bytes: entry.compressedSize,
      method: entry.compressionMethod,
      isEncrypted: (entry.generalPurposeBitFlag & 1) !== 0,
      crc32: entry.crc32,
    },
  };
}

/** Fifield 2019, "A better zip bomb": its entries lie over each other, so that each byte is unpacked many times. */
function overlap(ranges: [number, number][]): boolean {
  let reached = 0;
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    if (start < reached) return true;
    reached = end;
  }
  return false;
}

/** yauzl refuses names that lead out of the folder: absolute ones, drives, and `..`. */
function refused(name: string, cause: Error): UserError {
  if (/^(?:absolute path|invalid relative path|invalid characters)/.test(cause.message)) {
    return new UserError(`${name} has an entry whose path leads out of its folder, as no export has.`, {
      fix: "Do not open it. Download your export from Facebook again.",
      cause,
    });
  }
  return new UserError(`${name} is not a whole zip file: ${cause.message.replace(/\.+$/, "")}.`, {
    fix: "Download it again (it may have been cut off), or unpack it and pass the folder.",
    cause,
  });
}

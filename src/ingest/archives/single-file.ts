/** A file that was named on the command line by itself: it is read for what is in it, whatever its name ends in. */
import { closeSync, openSync, readSync } from "node:fs";
import type { ExportEntry } from "./entry.ts";

/** An entry, the end of an empty zip, or a part of a divided one. */
const zipStarts = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];

export function isZipFile(file: string): boolean {
  const head = headOf(file).toString("latin1");
  return zipStarts.some((start) => head.startsWith(start));
}

/** With the ending that its contents ought to have, so that the readers know it. */
export function entryOfFile(entry: ExportEntry): ExportEntry {
  if (/\.(?:json|txt|html?)$/i.test(entry.path)) return entry;
  const head = headOf(entry.file);
  if (!isText(head)) return entry;
  const isJson = /^(?:\xef\xbb\xbf)?\s*[[{]\s*["[{]/.test(head.toString("latin1"));
  return { ...entry, path: `${entry.path}${isJson ? ".json" : ".txt"}` };
}

/** In UTF-8 or UTF-16: pictures and programs have bytes of zero in other places. */
function isText(head: Buffer): boolean {
  const zeros = head.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  const oddZeros = head.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  return head.length > 0 && Math.min(zeros, oddZeros) === 0;
}

const headBytes = 512;

function headOf(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

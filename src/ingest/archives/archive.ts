import { stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { ExportEntry, Listing } from "./entry.ts";
import { listFolder } from "./folder.ts";
import type { ArchiveLimits } from "./limits.ts";
import { listZip } from "./zip.ts";

/** A folder or a zip, listed but not read. */
export interface Archive extends Listing {
  /** As the person gave it. */
  name: string;
}

const textFile = /\.(?:json|txt|html?|zip)$/i;

/** Lists what a folder, a zip or a single file holds. Files that can hold no messages are left out. */
export async function openArchive(name: string, limits: ArchiveLimits): Promise<Archive> {
  const stats = await stat(name).catch((cause) => {
    throw new UserError(`${name} cannot be opened.`, { fix: "Check the path and its permissions.", cause });
  });
  const { entries, problems } = stats.isDirectory()
    ? await listFolder(name)
    : /\.(?:json|txt)$/i.test(name)
      ? { entries: [{ path: path.basename(name), bytes: stats.size, file: name }], problems: [] }
      : await listZip(name);
  const archive: Archive = { name, entries: [], problems: [...problems] };
  for (const entry of entries.filter(({ path }) => textFile.test(path))) {
    const problem = reasonToLeaveOut(entry, limits);
    if (problem === undefined) archive.entries.push(entry);
    else archive.problems.push({ file: entry.path, problem });
  }
  return archive;
}

/** Sums over all archives: many small files can be a bomb as well. */
export function checkTotal(archives: Archive[], { totalBytes }: ArchiveLimits): void {
  const total = archives.flatMap(({ entries }) => entries).reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= totalBytes) return;
  throw new UserError(`The files unpack to ${total} bytes, over the limit of ${totalBytes}.`, {
    fix: "If this really is your export, raise the limit: --most-unpacked-gb 1000",
  });
}

function reasonToLeaveOut(
  { bytes, packed }: ExportEntry,
  { ratio, entryBytes }: ArchiveLimits,
): string | undefined {
  if (bytes > entryBytes) return `has ${bytes} bytes, over the limit of ${entryBytes}`;
  if (packed === undefined) return undefined;
  if (packed.isEncrypted) return "is encrypted: unpack it with its password, and pass the folder";
  if (bytes <= ratio * packed.bytes) return undefined;
  return `unpacks to more than ${ratio} times its size, as only a zip bomb does`;
}

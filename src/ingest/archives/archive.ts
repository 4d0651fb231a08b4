import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { ExportEntry, Listing } from "./entry.ts";
import { listFolder } from "./folder.ts";
import type { ArchiveLimits } from "./limits.ts";
import { listZip } from "./zip.ts";

/** A folder or a zip, listed but not read. */
export interface Archive extends Listing {
  /** As the person gave it; of a zip in a folder, with the folder's name in front. */
  name: string;
  /** The path on the command line that it came by. */
  given: string;
  /** Entries that another archive has too, since the person gave a folder and something in it. */
  givenTwice: number;
  /** Whether there is media of an export in it: a part of a large export may hold nothing else. */
  holdsMedia: boolean;
}

const textFile = /\.(?:json|txt|html?|zip)$/i;
const zipFile = /\.zip$/i;
const mediaOfExport =
  /(?:^|\/)(?:messages|media|your_(?:facebook|instagram)_activity|your_activity_across_facebook|stickers_used)\//;

/** Opens what the person gave; zips in a folder are archives of their own, and nothing that was given twice is read twice. */
export async function openArchives(names: string[], limits: ArchiveLimits): Promise<Archive[]> {
  const archives: Archive[] = [];
  for (const name of names) archives.push(...(await openWithZipsInside(name, limits)));
  const seen = new Set<string>();
  for (const archive of archives) {
    const isNew = ({ file, packed }: ExportEntry) => {
      const place = `${packed?.headerOffset ?? ""} ${file}`;
      if (seen.has(place)) return false;
      seen.add(place);
      return true;
    };
    const entries = archive.entries.filter(isNew);
    archive.givenTwice = archive.entries.length - entries.length;
    archive.entries = entries;
  }
  return archives;
}

async function openWithZipsInside(name: string, limits: ArchiveLimits): Promise<Archive[]> {
  const folder = await openArchive(name, limits);
  const isZip = ({ path, packed }: ExportEntry) => packed === undefined && zipFile.test(path);
  const zips = folder.entries.filter(isZip);
  folder.entries = folder.entries.filter((entry) => !isZip(entry));
  const archives = [folder];
  for (const { path: inner, file } of zips) {
    try {
      const zip = await openArchive(file, limits);
      archives.push({ ...zip, name: path.join(name, inner), given: name });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      folder.problems.push({ file: inner, problem: `could not be opened: ${error.message}` });
    }
  }
  return archives;
}

/** Lists what a folder, a zip or a single file holds. Files that can hold no messages are left out. */
async function openArchive(name: string, limits: ArchiveLimits): Promise<Archive> {
  const { entries, problems } = await list(name);
  const archive: Archive = {
    name,
    given: name,
    entries: [],
    problems: [...problems],
    givenTwice: 0,
    holdsMedia: entries.some(({ path }) => !textFile.test(path) && mediaOfExport.test(path)),
  };
  for (const entry of entries.filter(({ path }) => textFile.test(path))) {
    const problem = reasonToLeaveOut(entry, limits);
    if (problem === undefined) archive.entries.push(entry);
    else archive.problems.push({ file: entry.path, problem });
  }
  return archive;
}

async function list(name: string): Promise<Listing> {
  const file = await realpath(name).catch((cause) => {
    throw new UserError(`${name} cannot be opened.`, { fix: "Check the path and its permissions.", cause });
  });
  const stats = await stat(file);
  if (stats.isDirectory()) return listFolder(file);
  if (!/\.(?:json|txt|html?|md)$/i.test(name)) return listZip(name);
  return { entries: [{ path: path.basename(name), bytes: stats.size, file }], problems: [] };
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

import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { ExportEntry, Listing } from "./entry.ts";
import { listFolder } from "./folder.ts";
import type { ArchiveLimits } from "./limits.ts";
import { entryOfFile, isZipFile } from "./single-file.ts";
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
/** What a Mac adds to a zip or to a foreign disk beside each file. */
const macShadow = /(?:^|\/)(?:__MACOSX\/|\._[^/]*$)/;
/** Called like messages or a chat, with an ending that no reader reads. */
const misnamed = /(?:^|\/)(?:[^/]{0,30}\bmessage_\d+|[^/]*whatsapp[ -]chat|_chat)\b[^/]*$/i;
const mediaOfExport =
  /(?:^|\/)(?:messages|media|your_(?:facebook|instagram)_activity|your_activity_across_facebook|stickers_used)\//;

/** Opens what the person gave; zips in a folder are archives of their own, and nothing that was given twice is read twice. */
export async function openArchives(names: string[], limits: ArchiveLimits): Promise<Archive[]> {
  for (const name of names) await statsOf(name);
  const archives: Archive[] = [];
  for (const name of names) {
    const archive = names.length === 1 ? await openArchive(name, limits) : await openOrTell(name, limits);
    archives.push(archive, ...(await openZipsInside(archive, limits)));
  }
  leaveOutWhatWasGivenTwice(archives);
  return archives;
}

/** A damaged zip does not keep the others from being read. */
async function openOrTell(name: string, limits: ArchiveLimits): Promise<Archive> {
  try {
    return await openArchive(name, limits);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problem = error.message.replace(`${name} `, "").replace(/\.$/, "");
    return { ...emptyArchive(name), problems: [{ file: name, problem }] };
  }
}

/** Takes the zips out of a folder's entries, and opens them. */
async function openZipsInside(folder: Archive, limits: ArchiveLimits): Promise<Archive[]> {
  const isZip = ({ path, packed }: ExportEntry) => packed === undefined && zipFile.test(path);
  const zips = folder.entries.filter(isZip);
  folder.entries = folder.entries.filter((entry) => !isZip(entry));
  const opened: Archive[] = [];
  for (const { path: inner, file } of zips) {
    const zip = await openOrTell(file, limits);
    folder.problems.push(
      ...zip.problems.map((problem) => (problem.file === file ? { ...problem, file: inner } : problem)),
    );
    opened.push({ ...zip, name: path.join(folder.name, inner), given: folder.given, problems: [] });
  }
  return opened;
}

function leaveOutWhatWasGivenTwice(archives: Archive[]): void {
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
}

/** Lists what a folder, a zip or a single file holds. Files that can hold no messages are left out. */
async function openArchive(name: string, limits: ArchiveLimits): Promise<Archive> {
  const { entries, problems } = await list(name);
  const archive = emptyArchive(name);
  archive.problems.push(...problems);
  archive.holdsMedia = entries.some(({ path }) => !textFile.test(path) && mediaOfExport.test(path));
  for (const entry of entries.filter(({ path }) => !macShadow.test(path))) {
    if (!textFile.test(entry.path) && !misnamed.test(entry.path)) continue;
    const problem = reasonToLeaveOut(entry, limits);
    if (problem === undefined) archive.entries.push(entry);
    else archive.problems.push({ file: entry.path, problem });
  }
  return archive;
}

function emptyArchive(name: string): Archive {
  return { name, given: name, entries: [], problems: [], givenTwice: 0, holdsMedia: false };
}

async function list(name: string): Promise<Listing> {
  const stats = await statsOf(name);
  const file = await realpath(name);
  if (stats.isDirectory()) return listFolder(file);
  if (zipFile.test(name) || isZipFile(file)) return listZip(name);
  return { entries: [entryOfFile({ path: path.basename(name), bytes: stats.size, file })], problems: [] };
}

async function statsOf(name: string): Promise<Stats> {
  const stats = await stat(name).catch((cause) => cause as Error);
  const isReadable = "isFile" in stats && (stats.isFile() || stats.isDirectory());
  if (isReadable) return stats;
  throw new UserError(`${name} cannot be opened.`, {
    fix: "Check the path and its permissions.",
    cause: stats,
  });
}

/** Sums over all archives: many small files can be a bomb as well. */
export function checkTotal(archives: Archive[], { totalBytes }: ArchiveLimits): void {
  const total = archives.flatMap(({ entries }) => entries).reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= totalBytes) return;
  throw new UserError(`The files unpack to ${total} bytes, over the limit of ${totalBytes}.`, {
    fix: "If this really is your export, raise the limit: --max-unpacked-gb 1000",
  });
}

function reasonToLeaveOut(
  { path: name, bytes, packed }: ExportEntry,
  { ratio, entryBytes }: ArchiveLimits,
): string | undefined {
  if (!textFile.test(name)) return "is called like messages, but does not end in .json or .txt";
  if (bytes > entryBytes) return `has ${bytes} bytes, over the limit of ${entryBytes}`;
  if (packed === undefined) return undefined;
  if (packed.isEncrypted) return "is encrypted: unpack it with its password, and pass the folder";
  if (bytes <= ratio * packed.bytes) return undefined;
  return `unpacks to more than ${ratio} times its size, as only a zip bomb does`;
}

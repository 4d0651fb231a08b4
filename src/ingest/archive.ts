import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import yauzl from "yauzl";
import { UserError } from "../errors.ts";

/** One JSON or HTML file of an export, wherever it lies. */
export interface ExportEntry {
  /** Path inside the export, with `/`. */
  path: string;
  /** Bytes once unpacked. */
  bytes: number;
  /** The whole content; refused over `entryBytes`. */
  read(): Promise<Buffer>;
  /** The content of any size, from its start. */
  stream(): Promise<Readable>;
}

/** A folder or a zip, listed but not read. */
export interface Archive {
  /** As the person gave it. */
  name: string;
  entries: ExportEntry[];
  close(): Promise<void>;
}

/** No part of a real export comes near these: a part of 10,000 messages has 2 to 10 MB and packs 5 to 20 times smaller. */
export const defaultArchiveLimits = {
  /** Bytes of one unpacked file: JSON.parse cannot take a longer string than 512 MB. */
  entryBytes: 500_000_000,
  /** Unpacked to packed, for files over 1 MB. */
  ratio: 200,
};
export type ArchiveLimits = typeof defaultArchiveLimits;

const wanted = /\.(?:json|html?)$/i;

export async function openArchive(
  name: string,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<Archive> {
  const stats = await stat(name).catch((cause) => {
    throw new UserError(`${name} cannot be opened.`, { fix: "Check the path and its permissions.", cause });
  });
  return stats.isDirectory() ? openFolder(name, limits) : openZip(name, limits);
}

async function openFolder(root: string, limits: ArchiveLimits): Promise<Archive> {
  const entries: ExportEntry[] = [];
  for await (const file of filesBelow(root)) {
    const bytes = (await stat(file)).size;
    const entryPath = path.relative(root, file).split(path.sep).join("/");
    entries.push({
      path: entryPath,
      bytes,
      read: () => {
        checkSize(entryPath, bytes, limits);
        return readWhole(file, bytes);
      },
      stream: async () => createReadStream(file),
    });
  }
  return { name: root, entries, close: async () => {} };
}

/** Symbolic links are not followed: they may lead out of the folder, or round in it. */
async function* filesBelow(directory: string): AsyncGenerator<string> {
  const items = await readdir(directory, { withFileTypes: true });
  for (const item of items.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(directory, item.name);
    if (item.isDirectory()) yield* filesBelow(file);
    else if (item.isFile() && wanted.test(item.name)) yield file;
  }
}

async function readWhole(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function openZip(name: string, limits: ArchiveLimits): Promise<Archive> {
  const zip = await yauzl
    .openPromise(name, { autoClose: false, lazyEntries: true, validateEntrySizes: true })
    .catch((cause) => {
      throw notAZip(name, cause);
    });
  const entries: ExportEntry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (wanted.test(entry.fileName)) entries.push(zipEntry(zip, entry, limits));
    }
  } catch (cause) {
    zip.close();
    throw notAZip(name, cause);
  }
  return { name, entries, close: async () => zip.close() };
}

function notAZip(name: string, cause: unknown): UserError {
  return new UserError(`${name} is not a whole zip file: ${(cause as Error).message.replace(/\.+$/, "")}.`, {
    fix: "Download it again (it may have been cut off), or unpack it and pass the folder.",
    cause,
  });
}

function zipEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, limits: ArchiveLimits): ExportEntry {
  return {
    path: entry.fileName,
    bytes: entry.uncompressedSize,
    async read() {
      checkSize(entry.fileName, entry.uncompressedSize, limits);
      checkRatio(entry, limits);
      const content = Buffer.allocUnsafe(entry.uncompressedSize);
      let length = 0;
      for await (const chunk of await zip.openReadStreamPromise(entry))
        length += (chunk as Buffer).copy(content, length);
      if (length !== content.length || crc32(content) !== entry.crc32)
        throw new Error("its checksum is wrong");
      return content;
    },
    async stream() {
      checkRatio(entry, limits);
      return Readable.from(checked(await zip.openReadStreamPromise(entry), entry.crc32));
    },
  };
}

async function* checked(chunks: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let checksum = 0;
  for await (const chunk of chunks) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== expected) throw new Error("its checksum is wrong");
}

function checkSize(entryPath: string, bytes: number, limits: ArchiveLimits): void {
  if (bytes <= limits.entryBytes) return;
  throw new Error(`${entryPath} has ${bytes} bytes, over the limit of ${limits.entryBytes}`);
}

function checkRatio(
  { fileName, uncompressedSize, compressedSize }: yauzl.Entry,
  limits: ArchiveLimits,
): void {
  if (uncompressedSize < 1_000_000 || uncompressedSize / compressedSize <= limits.ratio) return;
  throw new Error(`${fileName} unpacks to more than ${limits.ratio} times its size`);
}

/**
 * Writes exports as Facebook does, from the messages that they are to hold: newest first, pretty-printed, pure ASCII,
 * each UTF-8 byte of a text as one escaped character. Knows nothing of the reader.
 */
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import yazl from "yazl";

/** A message as it stands in an export; strings as a person wrote them. */
export type ExportMessage = Record<string, unknown> & { sender_name?: string; timestamp_ms?: number };

export interface ExportThread {
  /** Path below the messages root, such as `inbox/benreis_1000`. */
  folder: string;
  title?: string;
  participants: string[];
  /** Oldest first. */
  messages: ExportMessage[];
  /** Messages a file; Facebook's is 10,000. */
  partSize?: number;
}

/** Files of an export by path. */
export type ExportFiles = Map<string, string | Buffer>;

export function exportFiles(
  threads: ExportThread[],
  { root = "your_facebook_activity/messages", owner }: { root?: string; owner?: string } = {},
): ExportFiles {
  const files: ExportFiles = new Map();
  for (const thread of threads) {
    const size = thread.partSize ?? 10_000;
    const newestFirst = thread.messages.toReversed();
    for (let part = 0; part * size < Math.max(1, newestFirst.length); part++) {
      files.set(
        `${root}/${thread.folder}/message_${part + 1}.json`,
        facebookJson({
          participants: thread.participants.map((name) => ({ name })),
          messages: newestFirst.slice(part * size, (part + 1) * size),
          title: thread.title ?? thread.participants[0],
          is_still_participant: true,
          thread_path: thread.folder,
          magic_words: [],
        }),
      );
    }
  }
  if (owner !== undefined) {
    files.set(
      "personal_information/profile_information/profile_information.json",
      facebookJson({ profile_v2: { name: { full_name: owner } } }),
    );
  }
  return files;
}

export function facebookJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(/[\u0080-\uffff]+/g, (text) =>
    Array.from(Buffer.from(text, "utf8"), (byte) => `\\u00${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

export async function writeFolder(directory: string, files: ExportFiles): Promise<string> {
  for (const [name, content] of files) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}

export async function writeZip(file: string, files: ExportFiles): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const zip = new yazl.ZipFile();
  for (const [name, content] of files) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(file)));
  return file;
}

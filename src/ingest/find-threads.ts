/** Which threads the files of the given archives hold, before any of them is read. */
import { UserError } from "../errors.ts";
import type { Archive } from "./archives/archive.ts";
import type { ExportEntry } from "./archives/entry.ts";
import { formats } from "./formats/all.ts";
import type { FindOptions, FoundPart } from "./formats/format.ts";

export interface FoundThreads {
  parts: FoundPart[];
  problems: { file: string; problem: string }[];
}

/** All archives are searched before anything is read: the parts of one thread may lie in several zips. */
export async function findThreads(
  archives: Archive[],
  { dateOrder }: { dateOrder: string | undefined },
): Promise<FoundThreads> {
  const found: FoundThreads = { parts: [], problems: archives.flatMap(({ problems }) => problems) };
  for (const [exportIndex, { entries }] of archives.entries()) {
    for (const entry of entries) {
      try {
        const parts = await findIn(entry, { dateOrder });
        found.parts.push(...parts.map((part) => ({ ...part, exportIndex })));
      } catch (error) {
        if (error instanceof UserError) throw error;
        found.problems.push({ file: entry.path, problem: `could not be read: ${(error as Error).message}` });
      }
    }
  }
  if (found.parts.length === 0) throw nothingFound(archives, found.problems);
  noteUnread(archives, found);
  return { ...found, parts: groupIntoExports(separateNamesakes(found.parts)) };
}

async function findIn(entry: ExportEntry, options: FindOptions): Promise<FoundPart[]> {
  for (const format of formats) {
    const parts = await format.find(entry, options);
    if (parts.length > 0) return parts;
  }
  return [];
}

const htmlThread = /(?:^|\/)(?:message_\d+|messages)\.html?$|(?:^|\/)messages\/\d+\.html$/;
const zipFile = /\.zip$/i;

function nothingFound(archives: Archive[], problems: FoundThreads["problems"]): UserError {
  const names = archives.map(({ name }) => name).join(", ");
  const paths = archives.flatMap(({ entries }) => entries.map(({ path }) => path));
  if (paths.some((path) => htmlThread.test(path))) {
    return new UserError(`${names} holds messages as HTML pages, not as JSON.`, {
      fix: "Ask for the export again with the format JSON: Accounts Centre → Your information and permissions → Export your information.",
    });
  }
  if (paths.some((path) => zipFile.test(path))) {
    return new UserError(`${names} holds no messages itself, but other zips.`, {
      fix: "Unpack it, and pass the zips inside: persona import FOLDER/*.zip",
    });
  }
  const [problem] = problems;
  if (problem !== undefined) {
    return new UserError(`No messages could be read: ${problem.file} ${problem.problem}.`, {
      fix: "Download the export again, or unpack it and pass the folder.",
    });
  }
  return new UserError(`${names} holds no messages that are known (no messages/inbox/…/message_1.json).`, {
    fix: "Pass the zip as Facebook, Instagram or WhatsApp gives it, or the unpacked folder that contains messages/inbox.",
  });
}

/** What lies beside the messages and could have been meant. */
function noteUnread(archives: Archive[], { problems }: FoundThreads): void {
  for (const { name, entries } of archives) {
    const html = entries.filter(({ path }) => htmlThread.test(path)).length;
    if (html > 0)
      problems.push({
        file: name,
        problem: `holds ${html} HTML pages of messages, which are not read: ask for JSON`,
      });
    const zips = entries.filter(({ path }) => zipFile.test(path)).length;
    if (zips > 0)
      problems.push({
        file: name,
        problem: `holds ${zips} other zips, which are not opened: unpack it and pass them`,
      });
  }
}

/** Two chats of one archive that are known by one name alone are two people's: they are kept apart. */
function separateNamesakes(parts: FoundPart[]): FoundPart[] {
  const namesakes = new Map<string, FoundPart[]>();
  for (const part of parts) {
    if (part.order !== 0 || part.item !== undefined) continue;
    const key = `${part.exportIndex} ${part.thread}`;
    namesakes.set(key, [...(namesakes.get(key) ?? []), part]);
  }
  const numbers = new Map<FoundPart, number>();
  for (const group of namesakes.values()) {
    if (group.length < 2) continue;
    const sorted = group.toSorted((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
    for (const [index, part] of sorted.entries()) numbers.set(part, index + 1);
  }
  return parts.map((part) => {
    const number = numbers.get(part);
    return number === undefined ? part : { ...part, thread: `${part.thread}-${number}` };
  });
}

/**
 * Facebook hands large exports out as several zips: archives that hold different parts are one export.
 *
 * Where they hold the same part, they are two exports, of which one is newer.
 */
function groupIntoExports(parts: FoundPart[]): FoundPart[] {
  const keyOf = ({ format, thread, section, order, item }: FoundPart) =>
    `${format} ${thread} ${section} ${order} ${item ?? ""}`;
  const exports: Set<string>[] = [];
  const exportOf = new Map<number, number>();
  for (const archive of new Set(parts.map(({ exportIndex }) => exportIndex))) {
    const keys = parts.filter(({ exportIndex }) => exportIndex === archive).map(keyOf);
    const fitting = exports.findIndex((known) => !keys.some((key) => known.has(key)));
    const index = fitting === -1 ? exports.push(new Set()) - 1 : fitting;
    for (const key of keys) (exports[index] as Set<string>).add(key);
    exportOf.set(archive, index);
  }
  return parts.map((part) => ({ ...part, exportIndex: exportOf.get(part.exportIndex) as number }));
}

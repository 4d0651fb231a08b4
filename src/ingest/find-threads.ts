/** Which threads the files of the given archives hold, before any of them is read. */
import path from "node:path";
import { UserError } from "../errors.ts";
import { formats } from "./all-formats.ts";
import type { Archive, ExportEntry } from "./archives/index.ts";
import { type FindOptions, type FoundPart, UnreadableError } from "./formats/index.ts";
import { groupBy } from "./group-by.ts";
import { type NamedOwner, readOwnerFile } from "./people/index.ts";

export interface FoundThreads {
  parts: FoundPart[];
  /** Who the archives' own files say that their owner is, by number of the export. */
  named: (NamedOwner | undefined)[];
  /** Unix time in ms of the newest message of each export. */
  asOf: number[];
  problems: { file: string; problem: string }[];
}

interface FindProblem {
  file: string;
  problem: string;
  /** What to do, where there is more to say than to try again. */
  fix?: string;
}

interface FoundParts {
  parts: FoundPart[];
  problems: FindProblem[];
}

/** All archives are searched before anything is read: the parts of one thread may lie in several zips. */
export async function findThreads(
  archives: Archive[],
  { dateOrder }: { dateOrder: string | undefined },
): Promise<FoundThreads> {
  const found: FoundParts = { parts: [], problems: archives.flatMap(({ problems }) => problems) };
  for (const [archive, { entries }] of archives.entries()) {
    for (const entry of entries) {
      try {
        const parts = await findIn(entry, { dateOrder });
        found.parts.push(...parts.map((part) => ({ ...part, archive })));
      } catch (error) {
        if (error instanceof UserError) throw error;
        found.problems.push(problemOf(entry, error as Error));
      }
    }
  }
  if (found.parts.length === 0) throw nothingFound(archives, found.problems);
  noteUnread(archives, found);
  const { parts, exportsOf } = groupIntoExports(separateNamesakes(found.parts));
  return {
    parts,
    problems: found.problems.map(({ file, problem }) => ({ file, problem })),
    named: ownersNamedIn(archives, parts, exportsOf),
    asOf: agesOf(parts),
  };
}

function problemOf({ path }: ExportEntry, error: Error): FindProblem {
  if (error instanceof UnreadableError) return { file: path, problem: error.message, fix: error.fix };
  return { file: path, problem: `could not be read: ${error.message}` };
}

/** A profile file speaks for the exports of its own archive; for others of its network where its name takes part. */
function ownersNamedIn(
  archives: Archive[],
  parts: FoundPart[],
  exportsOf: Map<number, Set<number>>,
): FoundThreads["named"] {
  const named: FoundThreads["named"] = [];
  const networks = parts.map(({ exportIndex, network }) => [exportIndex, network] as const);
  const exportsOfNetwork = (network: string) =>
    new Set(networks.filter(([, name]) => name === network).map(([index]) => index));
  const hasPerson = (index: number, name: string) =>
    parts.some(({ exportIndex, people }) => exportIndex === index && people.includes(name));
  for (const isSure of [true, false]) {
    for (const [archive, { entries }] of archives.entries()) {
      for (const owner of entries.map(readOwnerFile)) {
        if (owner === undefined) continue;
        for (const index of exportsOfNetwork(owner.network))
          if (isSure ? exportsOf.get(archive)?.has(index) : hasPerson(index, owner.name))
            named[index] ??= owner;
      }
    }
  }
  return named;
}

function agesOf(parts: FoundPart[]): number[] {
  const ages: number[] = [];
  for (const { exportIndex, newestAt } of parts)
    ages[exportIndex] = Math.max(ages[exportIndex] ?? 0, newestAt);
  return ages;
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

function nothingFound(archives: Archive[], problems: FindProblem[]): UserError {
  const names = archives.map(({ name }) => name).join(", ");
  const paths = archives.flatMap(({ entries }) => entries.map(({ path }) => path));
  if (paths.some((path) => htmlThread.test(path))) {
    return new UserError(`${names} holds messages as HTML pages, not as JSON.`, {
      fix: "Ask for the export again, with the format JSON: Accounts Centre → Your information and permissions → Export your information.",
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
      fix: problem.fix ?? "Download the export again, or unpack it and pass the folder.",
    });
  }
  return new UserError(`${names} holds no messages that are known (no messages/inbox/…/message_1.json).`, {
    fix: "Pass the zip as Facebook, Instagram or WhatsApp gives it, or the unpacked folder that contains messages/inbox.",
  });
}

/** What lies beside the messages and could have been meant, and what was given and holds none. */
function noteUnread(archives: Archive[], { parts, problems }: FoundParts): void {
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
  const told = new Set(problems.map(({ file }) => file));
  for (const [given, own] of groupBy([...archives.entries()], ([, { given }]) => given)) {
    const isRead = own.some(
      ([index, archive]) => isOfUse(archive) || parts.some(({ archive }) => archive === index),
    );
    const isTold = own.some(([, { problems }]) => problems.length > 0);
    if (!isRead && !isTold && !told.has(given) && !told.has(path.basename(given)))
      problems.push({ file: given, problem: "holds no message that could be read" });
  }
}

/** Whether there is something else in it: what another archive has too, a profile, media of the threads. */
function isOfUse({ entries, givenTwice, holdsMedia }: Archive): boolean {
  return givenTwice > 0 || holdsMedia || entries.some((entry) => readOwnerFile(entry) !== undefined);
}

/** Two chats of one archive that are known by one name alone are two people's: they are kept apart. */
function separateNamesakes(parts: FoundPart[]): FoundPart[] {
  const byName = parts.filter(({ order, item }) => order === 0 && item === undefined);
  const namesakes = groupBy(byName, ({ archive, thread }) => `${archive} ${thread}`);
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
 * Facebook hands large exports out as several zips: archives of one format and root that hold different parts are taken
 * for one export. Where they hold the same part, they are two, of which one is newer.
 */
function groupIntoExports(parts: FoundPart[]): {
  parts: FoundPart[];
  /** Numbers of the exports that an archive holds parts of. */
  exportsOf: Map<number, Set<number>>;
} {
  const exports: { kind: string; keys: Set<string> }[] = [];
  const exportsOf = new Map<number, Set<number>>();
  const numbered: FoundPart[] = [];
  for (const own of groupBy(parts, ({ archive, format }) => `${archive} ${format}`).values()) {
    const [{ archive }] = own as [FoundPart];
    const kind = kindOf(own as [FoundPart]);
    const fitting = exports.findIndex(
      (known) => known.kind === kind && !own.some((part) => known.keys.has(keyOf(part))),
    );
    const exportIndex = fitting === -1 ? exports.push({ kind, keys: new Set() }) - 1 : fitting;
    for (const part of own) {
      exports[exportIndex]?.keys.add(keyOf(part));
      numbered.push({ ...part, exportIndex });
    }
    exportsOf.set(archive, (exportsOf.get(archive) ?? new Set()).add(exportIndex));
  }
  return { parts: numbered, exportsOf };
}

function keyOf({ thread, section, order, item }: FoundPart): string {
  return `${thread} ${section} ${order} ${item ?? ""}`;
}

/** What the archives of one export have in common: format, root, and whether they are zips. */
function kindOf([{ format, entry, section }]: [FoundPart, ...FoundPart[]]): string {
  const root = entry.path.slice(0, Math.max(0, entry.path.indexOf(`${section}/`)));
  return `${format} ${entry.packed === undefined} ${root}`;
}

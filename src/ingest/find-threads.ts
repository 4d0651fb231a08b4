/** Which threads the files of the given archives hold, before any of them is read. */
import path from "node:path";
import { UserError } from "../errors.ts";
import { formats } from "./all-formats.ts";
import type { Archive, ExportEntry } from "./archives/index.ts";
import { type FindOptions, type FoundPart, findThreadPlaces, UnreadableError } from "./formats/index.ts";
import { groupBy } from "./group-by.ts";
import { groupIntoExports, profilesIn } from "./group-exports.ts";
import {
  type IdentityNotes,
  identifyThreads,
  type KnownSketches,
  type SearchedStore,
  SketchInProgress,
} from "./identity/index.ts";
import { type NamedOwner, readOwnerFile } from "./people/index.ts";
import type { KnownThread } from "./store/index.ts";

export interface FoundThreads {
  parts: FoundPart[];
  /** Who the archives' own files say that their owner is, by number of the export. */
  named: (NamedOwner | undefined)[];
  /** Unix time in ms of the newest message of each export. */
  asOf: number[];
  problems: { file: string; problem: string }[];
  /** Files of the store, by thread, where they are not one under the thread's own id. */
  known: Map<string, KnownThread[]>;
  notes: IdentityNotes;
}

interface FindProblem {
  file: string;
  problem: string;
  /** What to do, where there is more to say than to try again. */
  fix?: string;
}

interface FoundParts {
  parts: FoundPart[];
  sketches: KnownSketches;
  problems: FindProblem[];
}

/** All archives are searched before anything is read: the parts of one thread may lie in several zips. */
export async function findThreads(
  archives: Archive[],
  { dateOrder, store }: { dateOrder: string | undefined; store: SearchedStore },
): Promise<FoundThreads> {
  const found: FoundParts = {
    parts: [],
    sketches: new Map(),
    problems: archives.flatMap(({ problems }) => problems),
  };
  for (const [archive, { entries }] of archives.entries()) {
    const places = findThreadPlaces(entries);
    for (const entry of entries) {
      try {
        const parts = await findIn(entry, { dateOrder, place: places.get(entry) }, found.sketches);
        found.parts.push(...parts.map((part) => ({ ...part, archive })));
      } catch (error) {
        if (error instanceof UserError) throw error;
        found.problems.push(problemOf(entry, error as Error));
      }
    }
  }
  if (found.parts.length === 0) throw nothingFound(archives, found.problems);
  noteUnread(archives, found);
  const profiles = archives.flatMap(profilesIn);
  const identified = await identifyThreads(found.parts, store, found.sketches);
  const { parts, named } = groupIntoExports(identified.parts, profiles);
  return {
    known: identified.known,
    notes: identified.notes,
    parts: numberByRoot(parts),
    problems: found.problems.map(({ file, problem }) => ({ file, problem })),
    named,
    asOf: agesOf(parts),
  };
}

/** What begins at another place is another archive's, though it lies in one folder. */
function numberByRoot(parts: FoundPart[]): FoundPart[] {
  const numbers = new Map<string, number>();
  return parts.map((part) => {
    const place = `${part.archive} ${part.root}`;
    const archive = numbers.get(place) ?? numbers.size;
    numbers.set(place, archive);
    return { ...part, archive };
  });
}

function problemOf({ path }: ExportEntry, error: Error): FindProblem {
  if (error instanceof UnreadableError) return { file: path, problem: error.message, fix: error.fix };
  return { file: path, problem: `could not be read: ${error.message}` };
}

function agesOf(parts: FoundPart[]): number[] {
  const ages: number[] = [];
  for (const { exportIndex, newestAt } of parts)
    ages[exportIndex] = Math.max(ages[exportIndex] ?? 0, newestAt);
  return ages;
}

async function findIn(
  entry: ExportEntry,
  options: FindOptions,
  sketches: KnownSketches,
): Promise<FoundPart[]> {
  for (const format of formats) {
    const sketch = new SketchInProgress();
    const parts = await format.find(entry, { ...options, noteOutline: (outline) => sketch.add(outline) });
    if (parts.length === 0) continue;
    const finished = sketch.finish();
    if (finished !== undefined) sketches.set(entry, finished);
    return parts;
  }
  return [];
}

const htmlThread = /(?:^|\/)(?:message_\d+|messages)\.html?$|(?:^|\/)messages\/\d+\.html$/;
const zipFile = /\.zip$/i;
/** `your_group_messages` holds second copies of threads that the inbox has. */
const calledMessages =
  /^(?!(?:.*\/)?your_group_messages\/)(?:.*\/)?(?:[^/]{0,30}[ _-])?message_\d+[^/]*\.(?:json|txt)$/i;

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
function noteUnread(archives: Archive[], found: FoundParts): void {
  noteOtherForms(archives, found);
  noteUnreadMessages(archives, found);
  noteUnusedPaths(archives, found);
}

function noteOtherForms(archives: Archive[], { problems }: FoundParts): void {
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

function noteUnreadMessages(archives: Archive[], { parts, problems }: FoundParts): void {
  const read = new Set(parts.map(({ entry }) => entry));
  const told = new Set(problems.map(({ file }) => file));
  for (const entry of archives.flatMap(({ entries }) => entries)) {
    if (calledMessages.test(entry.path) && !read.has(entry) && !told.has(entry.path))
      problems.push({ file: entry.path, problem: holdsNothing });
  }
}

function noteUnusedPaths(archives: Archive[], { parts, problems }: FoundParts): void {
  const told = new Set(problems.map(({ file }) => file));
  for (const [given, own] of groupBy([...archives.entries()], ([, { given }]) => given)) {
    const isRead = own.some(
      ([index, archive]) => isOfUse(archive) || parts.some(({ archive }) => archive === index),
    );
    const isTold = own.some(([, { problems }]) => problems.length > 0);
    if (!isRead && !isTold && !told.has(given) && !told.has(path.basename(given)))
      problems.push({ file: given, problem: holdsNothing });
  }
}

const holdsNothing = "holds no message that could be read";

/** Whether there is something else in it: what another archive has too, a profile, media of the threads. */
function isOfUse({ entries, givenTwice, holdsMedia }: Archive): boolean {
  return givenTwice > 0 || holdsMedia || entries.some((entry) => readOwnerFile(entry) !== undefined);
}

import { UserError } from "../errors.ts";
import type { Message, ThreadSummary } from "../handoffs.ts";
import type { Workspace } from "../workspace.ts";
import { type Archive, type ExportEntry, openArchive } from "./archive.ts";
import { type ParsedPart, parsePart, withServiceTexts } from "./facebook.ts";
import { parseLargePart } from "./large-part.ts";
import { mergeMessages } from "./merge.ts";
import { findOwner, isOwnerFile, type NameCounts, readOwnerFile } from "./owner.ts";
import type { ImportReport } from "./report.ts";
import { readIndex, readThread, removeUnnamed, type StoreIndex, writeIndex, writeThread } from "./store.ts";
import { readThreadPath, type ThreadPart, threadIdOf } from "./thread-key.ts";

export interface ImportOptions {
  workspace: Workspace;
  /** Whose export it is, where files and threads cannot say. */
  persona?: string | undefined;
  onProgress?: (done: { bytes: number; totalBytes: number; threads: number }) => void;
  signal?: AbortSignal;
}

/** One part of a thread, found but not read. */
interface FoundPart extends ThreadPart {
  entry: ExportEntry;
  archive: Archive;
}

/**
 * Brings exports, in any mix and order, into the message store.
 *
 * All archives are listed before anything is read: the parts of one thread may lie in several zips. One thread at a time
 * is in memory, and the index is written last, so that an import that dies changes nothing.
 */
export async function importExports(paths: string[], options: ImportOptions): Promise<ImportReport> {
  const archives: Archive[] = [];
  try {
    for (const path of paths) archives.push(await openArchive(path));
    const threads = findThreads(archives);
    if (threads.size === 0) throw nothingFound(archives);
    return await importThreads(threads, archives, options);
  } finally {
    await Promise.all(archives.map((archive) => archive.close()));
  }
}

function findThreads(archives: Archive[]): Map<string, FoundPart[]> {
  const threads = new Map<string, FoundPart[]>();
  for (const archive of archives) {
    for (const entry of archive.entries) {
      const part = readThreadPath(entry.path);
      if (part === undefined) continue;
      const id = threadIdOf(part);
      const parts = threads.get(id) ?? [];
      parts.push({ ...part, entry, archive });
      threads.set(id, parts);
    }
  }
  return threads;
}

function nothingFound(archives: Archive[]): UserError {
  const names = archives.map(({ name }) => name).join(", ");
  const isHtml = archives.some(({ entries }) =>
    entries.some(({ path }) => /(?:message_\d+|messages)\.html?$/.test(path)),
  );
  if (isHtml) {
    return new UserError(`${names} holds messages as HTML pages, not as JSON.`, {
      fix: "Ask Facebook for the export again with the format JSON (Accounts Centre → Your information → Export).",
    });
  }
  return new UserError(`${names} holds no Messenger threads (no messages/inbox/…/message_1.json).`, {
    fix: "Pass the zip as Facebook gives it, or the unpacked folder that contains messages/inbox.",
  });
}

async function importThreads(
  threads: Map<string, FoundPart[]>,
  archives: Archive[],
  { workspace, persona, onProgress, signal }: ImportOptions,
): Promise<ImportReport> {
  const previous = await readIndex(workspace);
  const work = new ImportWork();
  const totalBytes = 2 * [...threads.values()].flat().reduce((sum, { entry }) => sum + entry.bytes, 0);
  const advance = (parts: FoundPart[], threadsDone: number) => {
    work.bytes += parts.reduce((sum, { entry }) => sum + entry.bytes, 0);
    onProgress?.({ bytes: work.bytes, totalBytes, threads: threadsDone });
    signal?.throwIfAborted();
  };

  const names: NameCounts = new Map();
  const needsNames = persona !== undefined || (await namedOwner(archives, previous)) === undefined;
  for (const parts of threads.values()) {
    if (needsNames) for (const name of await namesIn(parts)) names.set(name, (names.get(name) ?? 0) + 1);
    advance(parts, 0);
  }
  for (const thread of previous?.threads ?? []) {
    for (const { name } of thread.people) names.set(name, (names.get(name) ?? 0) + 1);
  }
  const named = await namedOwner(archives, previous);
  const owner = findOwner({ asked: persona, named, threadsByName: names, threads: threads.size });

  const summaries = new Map(previous?.threads.map((thread) => [thread.id, thread]));
  let threadsDone = 0;
  for (const [id, parts] of threads) {
    const summary = await importThread(id, parts, { workspace, owner, work, known: summaries.get(id) });
    if (summary !== undefined) summaries.set(id, summary);
    advance(parts, ++threadsDone);
  }
  const index: StoreIndex = {
    format: 1,
    owner,
    threads: [...summaries.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
  if (index.threads.length === 0) throw nothingReadable(work);
  if (JSON.stringify(index) !== JSON.stringify(previous)) await writeIndex(workspace, index);
  else await removeUnnamed(workspace, index);
  return work.report(index);
}

function nothingReadable({ problems }: ImportWork): UserError {
  return new UserError(
    `No thread could be read: ${problems[0]?.file ?? "every file"} ${problems[0]?.problem ?? "is empty"}.`,
    {
      fix: "Download the export again, or unpack it and pass the folder.",
    },
  );
}

async function namedOwner(
  archives: Archive[],
  previous: StoreIndex | undefined,
): Promise<string | undefined> {
  for (const { entries } of archives) {
    for (const entry of entries) {
      if (!isOwnerFile(entry.path)) continue;
      const name = readOwnerFile(await entry.read().catch(() => Buffer.alloc(0)));
      if (name !== undefined) return name;
    }
  }
  return previous?.owner;
}

/** Everyone who takes part, from the newest part alone: it lists the members. */
async function namesIn(parts: FoundPart[]): Promise<Set<string>> {
  const newest = parts.toSorted((a, b) => a.part - b.part)[0];
  try {
    const { participants, entries } = await parseEntry((newest as FoundPart).entry);
    return new Set(
      [...participants, ...entries.map(({ sender }) => sender)].filter((name) => !isNobody(name)),
    );
  } catch {
    return new Set();
  }
}

/** Names that stand for whoever has no account any more: different people in different threads. */
function isNobody(name: string): boolean {
  return /^(?:|facebook user|instagram user|other user|unknown user)$/i.test(name);
}

interface ThreadWork {
  workspace: Workspace;
  owner: string;
  work: ImportWork;
  known: ThreadSummary | undefined;
}

async function importThread(
  id: string,
  parts: FoundPart[],
  { workspace, owner, work, known }: ThreadWork,
): Promise<ThreadSummary | undefined> {
  const sources = new Map<string, Message[]>();
  let newest: { title: string | undefined; section: string; participants: string[]; at: number } | undefined;
  // The highest part is the oldest, so this is oldest first.
  for (const part of parts.toSorted((a, b) => b.part - a.part)) {
    const parsed = await readPart(part, work);
    if (parsed === undefined) continue;
    const key = `${part.archive.name}\u0000${part.section}`;
    const source = sources.get(key) ?? [];
    for (const entry of parsed.entries) {
      const name = isNobody(entry.sender) ? `${entry.sender || "Facebook user"} in ${id}` : entry.sender;
      source.push({
        ...withServiceTexts(entry, owner),
        thread: id,
        sender: name,
        source: `${part.network}/${part.section}`,
      });
    }
    sources.set(key, source);
    const at = parsed.entries.at(-1)?.sentAt ?? 0;
    if (newest === undefined || at >= newest.at) newest = { ...parsed, section: part.section, at };
  }
  if (newest === undefined) return undefined;

  const before: Message[] = [];
  if (known !== undefined) for await (const message of readThread(workspace, known)) before.push(message);
  for (const source of sources.values()) source.sort((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0));
  const merged = mergeMessages([before, ...sources.values()]);
  work.added += merged.length - before.length;
  work.countKinds(merged);
  const { sha256 } = await writeThread(workspace, id, merged);
  if (sha256 === known?.sha256) return known;
  const isNewer = known === undefined || newest.at >= (known.lastAt ?? 0);
  const { title, section } = isNewer ? { title: newest.title ?? "", section: newest.section } : known;
  return summarise({ id, title, section, sha256, participants: newest.participants }, merged);
}

/** Bytes: smaller files are parsed whole, which is several times faster. */
const largePart = 64_000_000;

async function parseEntry(entry: ExportEntry): Promise<ParsedPart> {
  return entry.bytes > largePart ? parseLargePart(() => entry.stream()) : parsePart(await entry.read());
}

async function readPart(part: FoundPart, work: ImportWork): Promise<ParsedPart | undefined> {
  try {
    const parsed = await parseEntry(part.entry);
    work.count(parsed, part.entry.path);
    return parsed;
  } catch (error) {
    // The words of a JSON error quote the file: only its kind may be shown.
    const problem =
      error instanceof SyntaxError
        ? "is damaged or cut off (not whole JSON)"
        : `could not be read: ${(error as Error).message}`;
    work.problems.push({ file: part.entry.path, problem });
    return undefined;
  }
}

function summarise(
  thread: { id: string; title: string; section: string; sha256: string; participants: string[] },
  messages: Message[],
): ThreadSummary {
  const texts = new Map<string, number>(
    thread.participants.filter((name) => !isNobody(name)).map((name) => [name, 0]),
  );
  let count = 0;
  for (const { sender, kind } of messages) {
    texts.set(sender, (texts.get(sender) ?? 0) + (kind === "text" ? 1 : 0));
    if (kind === "text") count++;
  }
  const people = [...texts]
    .map(([name, own]) => ({ name, texts: own }))
    .sort((a, b) => b.texts - a.texts || (a.name < b.name ? -1 : 1));
  return {
    id: thread.id,
    title: thread.title,
    isGroup: people.length > 2,
    section: thread.section,
    people,
    entries: messages.length,
    texts: count,
    firstAt: messages[0]?.sentAt ?? null,
    lastAt: messages.at(-1)?.sentAt ?? null,
    sha256: thread.sha256,
  };
}

/** Counts kept while an import runs. */
class ImportWork {
  bytes = 0;
  added = 0;
  problems: ImportReport["problems"] = [];
  #read = 0;
  #repaired = 0;
  #dropped: Record<string, number> = {};
  #kinds: Record<string, number> = {};
  #drift = new Map<string, ImportReport["drift"][number]>();
  count({ counts }: ParsedPart, file: string): void {
    this.#read += counts.read;
    this.#repaired += counts.repaired;
    for (const [reason, count] of Object.entries(counts.dropped)) {
      this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
    }
    for (const [key, { count, firstEntry }] of counts.unknownKeys) {
      const seen = this.#drift.get(key) ?? { key, count: 0, firstFile: file, firstEntry };
      this.#drift.set(key, { ...seen, count: seen.count + count });
    }
  }

  /** Kinds of what the imported threads now hold. */
  countKinds(messages: Message[]): void {
    for (const { kind } of messages) this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
  }

  report({ owner, threads }: StoreIndex): ImportReport {
    const sum = (of: (thread: ThreadSummary) => number) =>
      threads.reduce((total, thread) => total + of(thread), 0);
    const textsOf = (thread: ThreadSummary) => thread.people.find(({ name }) => name === owner)?.texts ?? 0;
    const dropped = Object.values(this.#dropped).reduce((a, b) => a + b, 0);
    const sections: ImportReport["sections"] = {};
    for (const { section, entries } of threads) {
      const known = sections[section] ?? { threads: 0, entries: 0 };
      sections[section] = { threads: known.threads + 1, entries: known.entries + entries };
    }
    return {
      owner,
      ownerThreads: threads.filter(({ people }) => people.some(({ name }) => name === owner)).length,
      threads: threads.length,
      groups: threads.filter(({ isGroup }) => isGroup).length,
      entries: sum(({ entries }) => entries),
      texts: sum(({ texts }) => texts),
      textsOfOwner: sum(textsOf),
      firstAt: extreme(
        threads.map(({ firstAt }) => firstAt),
        Math.min,
      ),
      lastAt: extreme(
        threads.map(({ lastAt }) => lastAt),
        Math.max,
      ),
      added: this.added,
      read: this.#read,
      duplicates: this.#read - dropped - this.added,
      dropped: this.#dropped,
      kinds: this.#kinds,
      sections,
      repaired: this.#repaired,
      drift: [...this.#drift.values()],
      problems: this.problems,
    };
  }
}

function extreme(times: (number | null)[], pick: (a: number, b: number) => number): number | null {
  return times.reduce((a, b) => (a === null ? b : b === null ? a : pick(a, b)), null);
}

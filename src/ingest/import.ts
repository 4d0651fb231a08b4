import path from "node:path";
import { UserError } from "../errors.ts";
import { withLock } from "../lock-file.ts";
import type { Workspace } from "../workspace.ts";
import {
  type Archive,
  type ArchiveLimits,
  checkTotal,
  defaultArchiveLimits,
  openArchive,
} from "./archives/index.ts";
import { type FoundThreads, findThreads } from "./find-threads.ts";
import { checkOnePerson, checkSameOwner, findOwners, type Owners, settleRenames } from "./people/index.ts";
import { createReport, type ImportReport } from "./report.ts";
import {
  DiskFlush,
  readIndex,
  removeUnnamed,
  type StoredThread,
  type StoreIndex,
  writeIndex,
} from "./store/index.ts";
import { addTally, newTally, type Tally } from "./tally.ts";
import {
  JobThreads,
  type PlainSettings,
  runJobs,
  type ThreadJob,
  type ThreadResult,
  usefulThreads,
} from "./threads/index.ts";

export interface ImportOptions {
  workspace: Workspace;
  /** Whose export it is, where files and threads cannot say: one name for each network where they differ. */
  persona?: string | string[] | undefined;
  /** `dmy`, `mdy` or `ymd`, where a file's dates can be read in several ways. */
  dateOrder?: string | undefined;
  limits?: Partial<ArchiveLimits>;
  /** Worker threads; default: one a core. */
  jobs?: number | undefined;
  onProgress?: (done: { bytes: number; totalBytes: number; threads: number; totalThreads: number }) => void;
  signal?: AbortSignal;
}

/**
 * Brings exports, in any mix and order, into the message store.
 *
 * All archives are listed before anything is read. Threads are then read one by one in each worker thread, merged with
 * what the store has, and written under new names; the index is written last, so that an import that dies changes nothing.
 */
export async function importExports(paths: string[], options: ImportOptions): Promise<ImportReport> {
  const { messages } = options.workspace;
  return withLock(path.join(messages, "import.lock"), "importing into this store", () =>
    runImport(paths, options),
  );
}

async function runImport(paths: string[], options: ImportOptions): Promise<ImportReport> {
  const limits = { ...defaultArchiveLimits, ...options.limits };
  const archives: Archive[] = [];
  for (const path of paths) archives.push(await openArchive(path, limits));
  checkTotal(archives, limits);
  const bytes = archives.flatMap(({ entries }) => entries).reduce((sum, { bytes }) => sum + bytes, 0);
  const threads = new JobThreads(usefulThreads(bytes, options.jobs) - 1);
  try {
    return await importArchives(archives, options, limits, threads);
  } finally {
    await threads.close();
  }
}

async function importArchives(
  archives: Archive[],
  options: ImportOptions,
  limits: ArchiveLimits,
  threads: JobThreads,
): Promise<ImportReport> {
  const found = await findThreads(archives, { dateOrder: options.dateOrder });
  const previous = await readIndex(options.workspace);
  const asked = [options.persona ?? []].flat();
  const who = findOwners({ ...found, asked, known: previous });
  checkSameOwner(asked, previous);
  checkOnePerson({ ...found, who, asked, previous });
  const work = new ImportWork(options, who, found, previous);
  try {
    return await work.run(limits, threads);
  } catch (error) {
    // Nothing half-written stays: files that no index names go.
    await threads.close();
    if (previous !== undefined) await removeUnnamed(options.workspace, previous);
    else await removeUnnamed(options.workspace, { threads: [] });
    throw error;
  }
}

/** One import from its jobs to the index. */
class ImportWork {
  readonly #options: ImportOptions;
  readonly #who: Owners;
  readonly #found: FoundThreads;
  readonly #previous: StoreIndex | undefined;
  readonly #stored: Map<string, StoredThread>;
  readonly #results = new Map<string, ThreadResult>();
  readonly #tally: Tally = newTally();
  readonly #flush: DiskFlush;
  #added = 0;
  #emptyThreads = 0;
  #renamedPeople = 0;

  constructor(options: ImportOptions, who: Owners, found: FoundThreads, previous: StoreIndex | undefined) {
    this.#options = options;
    this.#who = who;
    this.#found = found;
    this.#previous = previous;
    this.#flush = new DiskFlush(options.workspace);
    this.#stored = new Map(previous?.threads.map((thread) => [thread.id, thread]));
  }

  async run(limits: ArchiveLimits, threads: JobThreads): Promise<ImportReport> {
    this.#tally.problems.push(...this.#found.problems);
    const { owner, owners } = this.#who;
    const settings: PlainSettings = {
      workspace: this.#options.workspace,
      owner,
      owners,
      renames: {},
      tombstones: this.#previous?.forgotten ?? [],
      wholeFileBytes: limits.wholeFileBytes,
      asOf: this.#found.asOf,
    };
    const jobs = this.#jobs();
    await this.#runJobs(jobs, settings, threads);
    await this.#settleNames(jobs, settings);
    for (const result of this.#results.values()) this.#count(result);
    this.#checkSum();
    return this.#publish();
  }

  #earlierNamesOfOwner(): string[] {
    const named = this.#found.named.flatMap((owner) =>
      owner === undefined ? [] : [owner.name, ...owner.earlier],
    );
    return [...named, ...this.#who.owners, this.#previous?.owner ?? this.#who.owner].filter(
      (name) => name !== this.#who.owner,
    );
  }

  #jobs(): ThreadJob[] {
    const jobs = new Map<string, ThreadJob>();
    for (const part of this.#found.parts) {
      const known = this.#stored.get(part.thread);
      const job = jobs.get(part.thread) ?? { id: part.thread, parts: [], known };
      job.parts.push(part);
      jobs.set(part.thread, job);
    }
    return [...jobs.values()];
  }

  async #runJobs(jobs: ThreadJob[], settings: PlainSettings, threads: JobThreads): Promise<void> {
    const { onProgress, signal } = this.#options;
    const totalBytes = jobs.flatMap(({ parts }) => parts).reduce((sum, { entry }) => sum + entry.bytes, 0);
    let bytes = 0;
    let done = 0;
    const tell = () => onProgress?.({ bytes, totalBytes, threads: done, totalThreads: jobs.length });
    const onBytes = (more: number) => {
      bytes += more;
      tell();
    };
    for await (const result of runJobs(jobs, settings, { threads, onBytes, signal })) {
      this.#take(result);
      done++;
      tell();
    }
  }

  #take(result: ThreadResult): void {
    this.#results.set(result.id, result);
    const { stored } = result;
    if (stored === undefined) return;
    const isNew = this.#stored.get(stored.id)?.sha256 !== stored.sha256;
    this.#stored.set(result.id, stored);
    if (isNew) this.#flush.add(stored);
  }

  /** Runs those threads again that hold a name which another thread proved to be an earlier one. */
  async #settleNames(jobs: ThreadJob[], settings: PlainSettings): Promise<void> {
    const jobsById = new Map(jobs.map((job) => [job.id, job]));
    const { renames, affected, renamedPeople } = settleRenames({
      found: [...this.#results.values()].flatMap(({ id, renames }) =>
        renames.map((rename) => ({ ...rename, thread: id })),
      ),
      earlierOfOwner: this.#earlierNamesOfOwner(),
      owner: this.#who.owner,
      threads: [...this.#stored.values()],
    });
    this.#renamedPeople = renamedPeople;
    const again = affected.map((known) => jobsById.get(known.id) ?? { id: known.id, parts: [], known });
    const options = { onBytes: () => {}, signal: this.#options.signal };
    for await (const result of runJobs(again, { ...settings, renames }, options)) this.#take(result);
  }

  #count({ id, stored, added, tally }: ThreadResult): void {
    addTally(this.#tally, tally);
    this.#added += added;
    if (stored === undefined && !this.#stored.has(id)) this.#emptyThreads++;
  }

  /** Nothing is dropped without being counted: a difference is a mistake of this program's. */
  #checkSum(): void {
    const dropped = Object.values(this.#tally.dropped).reduce((a, b) => a + b, 0);
    const { read, duplicates } = this.#tally;
    if (read === this.#added + duplicates + dropped) return;
    throw new Error(
      `The entries do not add up: ${read} read, but ${this.#added} new, ${duplicates} known and ${dropped} left out`,
    );
  }

  async #publish(): Promise<ImportReport> {
    const { workspace } = this.#options;
    const index: StoreIndex = {
      format: 2,
      owner: this.#who.owner,
      ownerFrom: this.#who.ownerFrom,
      threads: [...this.#stored.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      forgotten: this.#previous?.forgotten ?? [],
    };
    if (index.threads.length === 0) throw this.#nothingReadable();
    if (JSON.stringify(index) !== JSON.stringify(this.#previous)) {
      await this.#flush.finish();
      await writeIndex(workspace, index);
    } else await removeUnnamed(workspace, index);
    return createReport({
      index,
      tally: this.#tally,
      added: this.#added,
      emptyThreads: this.#emptyThreads,
      renamedPeople: this.#renamedPeople,
    });
  }

  #nothingReadable(): UserError {
    const [problem] = this.#tally.problems;
    return new UserError(
      problem === undefined
        ? "There is not one message in these files."
        : `No thread could be read: ${problem.file} ${problem.problem}.`,
      { fix: "Download the export again, or unpack it and pass the folder." },
    );
  }
}

import type { FoundThreads } from "./find-threads.ts";
import { type Owners, settleRenames } from "./people/index.ts";
import type { StoreIndex, StoreUpdate } from "./store/index.ts";
import {
  type JobThreads,
  type PlainSettings,
  runJobs,
  type ThreadJob,
  type ThreadResult,
} from "./threads/index.ts";

interface ReadOptions {
  settings: PlainSettings;
  previous: StoreIndex | undefined;
  threads: JobThreads;
  onProgress: ReadProgress | undefined;
  signal: AbortSignal | undefined;
}

export type ReadProgress = (done: {
  bytes: number;
  totalBytes: number;
  threads: number;
  totalThreads: number;
}) => void;

interface ThreadReadings {
  /** The last result of each thread that was read. */
  results: ThreadResult[];
  renamedPeople: number;
}

/** Reads the threads that were found, each merged with what the store has of it, and places them in the update. */
export async function readThreads(
  found: FoundThreads,
  who: Owners,
  update: StoreUpdate,
  options: ReadOptions,
): Promise<ThreadReadings> {
  const results = new Map<string, ThreadResult>();
  const place = (result: ThreadResult) => {
    results.set(result.id, result);
    if (result.stored !== undefined) update.place(result.stored);
  };
  const jobs = jobsOf(found, update);
  for await (const result of readWithProgress(jobs, options)) place(result);

  const { renames, affected, renamedPeople } = settleRenames({
    found: [...results.values()].flatMap(({ id, renames }) =>
      renames.map((rename) => ({ ...rename, thread: id })),
    ),
    earlierOfOwner: earlierNamesOfOwner(found, who, options.previous),
    owner: who.owner,
    threads: update.threads,
  });
  // These hold a name that another thread proved to be an earlier one.
  const again = affected.map((known) => jobs.get(known.id) ?? { id: known.id, parts: [], known });
  const settings = { ...options.settings, renames };
  const runOptions = { onBytes: () => {}, signal: options.signal };
  for await (const result of runJobs(again, settings, runOptions)) place(result);

  return { results: [...results.values()], renamedPeople };
}

function jobsOf({ parts }: FoundThreads, update: StoreUpdate): Map<string, ThreadJob> {
  const jobs = new Map<string, ThreadJob>();
  for (const part of parts) {
    const job = jobs.get(part.thread) ?? { id: part.thread, parts: [], known: update.find(part.thread) };
    job.parts.push(part);
    jobs.set(part.thread, job);
  }
  return jobs;
}

async function* readWithProgress(
  jobs: Map<string, ThreadJob>,
  { settings, threads, onProgress, signal }: ReadOptions,
): AsyncGenerator<ThreadResult> {
  const all = [...jobs.values()];
  const done = {
    bytes: 0,
    totalBytes: all.flatMap(({ parts }) => parts).reduce((sum, { entry }) => sum + entry.bytes, 0),
    threads: 0,
    totalThreads: all.length,
  };
  const onBytes = (bytes: number) => {
    done.bytes += bytes;
    onProgress?.({ ...done });
  };
  for await (const result of runJobs(all, settings, { threads, onBytes, signal })) {
    yield result;
    done.threads++;
    onProgress?.({ ...done });
  }
}

function earlierNamesOfOwner(
  { named }: FoundThreads,
  { owner, owners }: Owners,
  previous: StoreIndex | undefined,
): string[] {
  const fromFiles = named.flatMap((person) => (person === undefined ? [] : [person.name, ...person.earlier]));
  return [...fromFiles, ...owners, previous?.owner ?? owner].filter((name) => name !== owner);
}

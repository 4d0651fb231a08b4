import type { FoundThreads } from "./find-threads.ts";
import { createTombstones, type Tombstone } from "./forgotten/index.ts";
import { isNobody } from "./formats/index.ts";
import { type Owners, type Renames, settleRenames } from "./people/index.ts";
import type { StoredThread, StoreIndex, StoreUpdate } from "./store/index.ts";
import {
  type JobPool,
  type PlainSettings,
  runJobs,
  type ThreadJob,
  type ThreadResult,
} from "./threads/index.ts";

interface ReadOptions {
  settings: PlainSettings;
  previous: StoreIndex | undefined;
  pool: JobPool;
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
  renames: Renames;
  renamedPeople: number;
  /** Who was forgotten, with the names under which they came back. */
  tombstones: Tombstone[];
  returned: ReturnedNames;
}

interface ReturnedNames {
  /** People who were forgotten and came back under another name. */
  people: number;
  /** Such names that somebody has elsewhere, too: there they stay. */
  alsoElsewhere: string[];
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
    for (const id of result.replaced) update.remove(id);
    if (result.stored === undefined) update.remove(result.id);
    else update.place(result.stored);
  };
  const jobs = jobsOf(found, update);
  await readWithProgress(jobs, options, place);
  const { tombstones, returned } = await forgetReturned(jobs, results, options, place);

  const { renames, affected, renamedPeople } = settleRenames({
    found: [...results.values()].flatMap(({ id, renames }) =>
      renames.map((rename) => ({ ...rename, thread: id })),
    ),
    earlierOfOwner: earlierNamesOfOwner(found, who, options.previous),
    owner: who.owner,
    threads: update.threads,
  });
  // These hold a name that another thread proved to be an earlier one.
  const again = affected.map((known) => jobs.get(known.id) ?? jobWithout(known));
  const settings = { ...options.settings, renames, tombstones };
  await runJobs(again, settings, { onResult: place, signal: options.signal });

  return { results: [...results.values()], renames, renamedPeople, tombstones, returned };
}

/**
 * Reads everything again without people who were forgotten and came back under another name, until there is nobody left. Their
 * new names may stand in every thread.
 */
async function forgetReturned(
  jobs: Map<string, ThreadJob>,
  results: Map<string, ThreadResult>,
  { settings, previous, pool, signal }: ReadOptions,
  place: (result: ThreadResult) => void,
): Promise<{ tombstones: Tombstone[]; returned: ReturnedNames }> {
  const tombstones = [...settings.tombstones];
  const returned: ReturnedNames = { people: 0, alsoElsewhere: [] };
  for (;;) {
    const names = returnedNames([...results.values()]);
    if (names.size === 0) return { tombstones, returned };
    for (const [name, threads] of names) {
      returned.people++;
      const isBoundToThreads = isNobody(name) || hasSomebodyElse(name, threads, previous?.threads ?? []);
      if (isBoundToThreads && !isNobody(name)) returned.alsoElsewhere.push(name);
      const { owner } = settings;
      for (const thread of isBoundToThreads ? threads : [undefined])
        tombstones.push(...createTombstones(name, { thread, owner }));
    }
    const read = new Set([...jobs.values()].flatMap(({ known }) => known.map(({ stored }) => stored.id)));
    const untouched = previous?.threads.filter(({ id }) => !read.has(id)) ?? [];
    const again = [...jobs.values(), ...untouched.map(jobWithout)];
    await runJobs(again, { ...settings, tombstones }, { pool, onResult: place, signal });
  }
}

/** With the threads in which they are. */
function returnedNames(results: ThreadResult[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { id, returned } of results)
    for (const name of returned) names.set(name, [...(names.get(name) ?? []), id]);
  return names;
}

function hasSomebodyElse(name: string, own: string[], threads: StoredThread[]): boolean {
  return threads.some(({ id, people }) => !own.includes(id) && people.some((person) => person.name === name));
}

function jobWithout(stored: StoredThread): ThreadJob {
  return { id: stored.id, parts: [], known: [{ stored, shiftMs: 0 }] };
}

function jobsOf({ parts, known }: FoundThreads, update: StoreUpdate): Map<string, ThreadJob> {
  const jobs = new Map<string, ThreadJob>();
  for (const part of parts) {
    const stored = update.find(part.thread);
    const own = known.get(part.thread) ?? (stored === undefined ? [] : [{ stored, shiftMs: 0 }]);
    const job = jobs.get(part.thread) ?? { id: part.thread, parts: [], known: own };
    job.parts.push(part);
    jobs.set(part.thread, job);
  }
  return jobs;
}

async function readWithProgress(
  jobs: Map<string, ThreadJob>,
  { settings, pool, onProgress, signal }: ReadOptions,
  place: (result: ThreadResult) => void,
): Promise<void> {
  const all = [...jobs.values()];
  const done = {
    bytes: 0,
    totalBytes: all.flatMap(({ parts }) => parts).reduce((sum, { entry }) => sum + entry.bytes, 0),
    threads: 0,
    totalThreads: all.length,
  };
  await runJobs(all, settings, {
    pool,
    onResult(result) {
      place(result);
      done.threads++;
      onProgress?.({ ...done });
    },
    onProgress(bytes) {
      done.bytes += bytes;
      onProgress?.({ ...done });
    },
    signal,
  });
}

/** Whoever sits beside the owner under one of the owner's names is somebody else, and keeps it. */
function earlierNamesOfOwner(
  { named, parts }: FoundThreads,
  { owner, owners }: Owners,
  previous: StoreIndex | undefined,
): string[] {
  const fromFiles = named.flatMap((person) => (person === undefined ? [] : [person.name, ...person.earlier]));
  const others = parts.flatMap(({ people, exportIndex }) => {
    const own = owners[exportIndex] as string;
    return people.includes(own) ? people.filter((name) => name !== own) : [];
  });
  const theirs = new Set([owner, ...others]);
  return [...fromFiles, ...owners, previous?.owner ?? owner].filter((name) => !theirs.has(name));
}

import { UserError } from "../errors.ts";
import type { Workspace } from "../workspace.ts";
import {
  type Archive,
  type ArchiveLimits,
  checkTotal,
  defaultArchiveLimits,
  openArchives,
} from "./archives/index.ts";
import { type FoundThreads, findThreads } from "./find-threads.ts";
import { addErased, createForgotten, readEarlierNames, writeEarlierNames } from "./forgotten/index.ts";
import { learnFrom, unknownWording } from "./learn.ts";
import {
  checkOnePerson,
  checkSameOwner,
  earlierNamesOf,
  findOwners,
  type Owners,
  separateOwnNames,
} from "./people/index.ts";
import { type ReadProgress, readThreads } from "./read-threads.ts";
import { createReport, type ImportReport } from "./report.ts";
import { readIndex, type StoreIndex, StoreUpdate, withStoreLock } from "./store/index.ts";
import { addTally, createTally, type Tally } from "./tally.ts";
import {
  type JobPool,
  openJobPool,
  type PlainSettings,
  type ThreadResult,
  usefulWorkers,
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
  onProgress?: ReadProgress;
  signal?: AbortSignal;
}

/**
 * Brings exports, in any mix and order, into the message store.
 *
 * All archives are listed before anything is read. Threads are then read one by one in each worker thread, merged with
 * what the store has, and written under new names; the index is written last, so that an import that dies changes nothing.
 */
export async function importExports(paths: string[], options: ImportOptions): Promise<ImportReport> {
  return withStoreLock(options.workspace, "importing into this store", () => runImport(paths, options));
}

async function runImport(paths: string[], options: ImportOptions): Promise<ImportReport> {
  const limits = { ...defaultArchiveLimits, ...options.limits };
  const archives = await openArchives(paths, limits);
  checkTotal(archives, limits);
  const bytes = archives.flatMap(({ entries }) => entries).reduce((sum, { bytes }) => sum + bytes, 0);
  const pool = openJobPool(usefulWorkers(bytes, options.jobs));
  try {
    return await importArchives(archives, options, limits, pool);
  } finally {
    await pool.close();
  }
}

async function importArchives(
  archives: Archive[],
  options: ImportOptions,
  limits: ArchiveLimits,
  pool: JobPool,
): Promise<ImportReport> {
  const { workspace, onProgress, signal } = options;
  const asked = [options.persona ?? []].flat();
  const previous = await readIndex(workspace);
  const { threads = [], owner: knownOwner } = previous ?? {};
  const store = { workspace, threads, owner: knownOwner, wholeFileBytes: limits.wholeFileBytes };
  const all = await findThreads(archives, { dateOrder: options.dateOrder, store });
  const found = separateOwnNames(all, asked);
  const who = settleOwners(found, asked, previous);
  const learned = await learnFrom(found.parts, who.owners);
  const settings: PlainSettings = {
    workspace,
    owner: who.owner,
    owners: who.owners,
    renames: {},
    tombstones: previous?.forgotten ?? [],
    erased: previous?.erased,
    wholeFileBytes: limits.wholeFileBytes,
    asOf: found.asOf,
    learned,
  };
  const update = new StoreUpdate(workspace, previous);
  try {
    const readOptions = { settings, previous, pool, onProgress, signal };
    const { results, tombstones, returned, ...names } = await readThreads(found, who, update, readOptions);
    const sums = addUp(results, found.problems);
    if (update.threads.length === 0) throw nothingReadable(sums.tally);
    const { owner, ownerFrom } = who;
    const isForgotten = createForgotten(tombstones)("").has;
    const index = await update.publish({
      owner,
      ownerFrom,
      account: knownAccount(found, previous),
      forgotten: tombstones,
      erased: previous?.erased && addErased(previous.erased, results),
    });
    const known = await readEarlierNames(workspace);
    const history = { known, renames: names.renames, owner, threads: index.threads, isForgotten };
    await writeEarlierNames(workspace, earlierNamesOf(history));
    const emptyThreads = results.filter(({ id }) => update.find(id) === undefined).length;
    return createReport({
      index,
      ...sums,
      emptyThreads,
      renamedPeople: names.renamedPeople,
      returned,
      unknownWording: unknownWording(learned),
      ...found.notes,
    });
  } catch (error) {
    await pool.close();
    await update.abandon();
    throw error;
  }
}

function knownAccount({ named }: FoundThreads, previous: StoreIndex | undefined): string[] {
  const brought = named.flatMap((owner) => owner?.account ?? []);
  return [...new Set([...(previous?.account ?? []), ...brought])].toSorted();
}

/** Whose export it is, after the checks that it is one person's and the same as before. */
function settleOwners(found: FoundThreads, asked: string[], previous: StoreIndex | undefined): Owners {
  const who = findOwners({ ...found, asked, known: previous });
  checkSameOwner(asked, previous);
  checkOnePerson({ ...found, who, asked, previous });
  return who;
}

/** Nothing is dropped without being counted: a difference is a mistake of this program's. */
function addUp(results: ThreadResult[], problems: Tally["problems"]): { tally: Tally; added: number } {
  const tally = createTally();
  tally.problems.push(...problems);
  for (const result of results) addTally(tally, result.tally);
  const added = results.reduce((sum, result) => sum + result.added, 0);
  const dropped = Object.values(tally.dropped).reduce((a, b) => a + b, 0);
  if (tally.read !== added + tally.duplicates + dropped) {
    throw new Error(
      `The entries do not add up: ${tally.read} read, but ${added} new, ${tally.duplicates} known and ${dropped} left out`,
    );
  }
  return { tally, added };
}

function nothingReadable({ problems: [problem] }: Tally): UserError {
  return new UserError(
    problem === undefined
      ? "There is not one message in these files."
      : `No thread could be read: ${problem.file} ${problem.problem}.`,
    { fix: "Download the export again, or unpack it and pass the folder." },
  );
}

/** The work on one thread: every part of it that was found, merged with what the store has, written anew. */

import type { Workspace } from "../../workspace.ts";
import { formatOf } from "../formats/all.ts";
import { type FoundPart, isNobody, type ParsedEntry } from "../formats/format.ts";
import type { Forgotten } from "../store/forgotten.ts";
import type { StoredThread } from "../store/stored-thread.ts";
import { readThreadFile, ThreadFileWriter } from "../store/thread-file.ts";
import { addTally, drop, newTally, type Tally } from "../tally.ts";
import { CrowdedMomentError, OutOfOrderError } from "./cursor.ts";
import { mergeSources } from "./merge.ts";
import type { Renames } from "./name-changes.ts";
import { findRename, type NamedSource, SameWords } from "./renames.ts";
import { SortedRuns } from "./sorted-runs.ts";
import type { PlacedEntry } from "./source.ts";
import { type NameReader, named, nameReaders } from "./thread-names.ts";
import { groupIntoSources } from "./thread-sources.ts";
import { createSummary, type SummaryInProgress } from "./thread-summary.ts";

export interface ThreadJob {
  id: string;
  parts: FoundPart[];
  /** What the store has of it. */
  known: StoredThread | undefined;
}

/** What all jobs of an import share. */
export interface JobSettings {
  workspace: Workspace;
  /** The owner's name in the store, and what each export calls them. */
  owner: string;
  owners: string[];
  /** Earlier names of people, by thread id or, for all threads, under the empty id. */
  renames: Renames;
  forgotten: Forgotten;
  wholeFileBytes: number;
  /** How new each export is, as its newest message tells: Unix time in ms. */
  asOf: number[];
  onBytes(bytes: number): void;
}

export interface ThreadResult {
  id: string;
  /** What the store has now; undefined when there is nothing to store. */
  stored: StoredThread | undefined;
  /** Entries that the store did not have. */
  added: number;
  tally: Tally;
  /** Earlier names found in this thread. */
  renames: { from: string; to: string }[];
}

/** Runs a job, again with what was learned on the way: that a source is not sorted, or that two names are one person. */
export async function runThreadJob(job: ThreadJob, settings: JobSettings): Promise<ThreadResult> {
  const found: { from: string; to: string }[] = [];
  let isSorted = true;
  for (;;) {
    const attempt = new Attempt(job, settings, found, isSorted);
    try {
      const result = await attempt.run();
      const rename = findRename(attempt.sameWords, attempt.sources, found);
      if (rename === undefined) return { ...result, renames: found };
      found.push(rename);
    } catch (error) {
      if (error instanceof CrowdedMomentError) return leftAsItWas(job);
      if (!(error instanceof OutOfOrderError) || !isSorted) throw error;
      isSorted = false;
    } finally {
      attempt.close();
    }
  }
}

/** What cannot be merged must not keep the other threads from being imported. */
function leftAsItWas({ id, known, parts }: ThreadJob): ThreadResult {
  const problem = "has more messages of one moment than can be merged: its thread is left as it was";
  const tally = { ...newTally(), problems: parts.map(({ entry }) => ({ file: entry.path, problem })) };
  return { id, stored: known, added: 0, tally, renames: [] };
}

class Attempt {
  readonly sameWords = new SameWords();
  readonly sources: NamedSource[] = [];
  readonly #job: ThreadJob;
  readonly #settings: JobSettings;
  readonly #isSorted: boolean;
  readonly #tally = newTally();
  readonly #writer: ThreadFileWriter;
  readonly #runs: SortedRuns[] = [];
  readonly #namesIn: (exportIndex: number | undefined) => NameReader;
  #header: { title: string; section: string; asOf: number };
  readonly #participants = new Set<string>();

  constructor(
    job: ThreadJob,
    settings: JobSettings,
    found: { from: string; to: string }[],
    isSorted: boolean,
  ) {
    this.#job = job;
    this.#settings = settings;
    this.#isSorted = isSorted;
    this.#writer = new ThreadFileWriter(settings.workspace, job.id);
    this.#namesIn = nameReaders(job.id, settings, found);
    const { title = "", section = "", asOf = -1 } = job.known ?? {};
    this.#header = { title, section, asOf };
  }

  async run(): Promise<Omit<ThreadResult, "renames">> {
    const { known, id } = this.#job;
    if (known !== undefined) this.#addSource(this.#readStored(known), known.asOf);
    for (const parts of groupIntoSources(this.#job.parts, this.#settings.wholeFileBytes)) {
      const asOf = this.#settings.asOf[(parts[0] as FoundPart).exportIndex] ?? 0;
      this.#addSource(this.#isSorted ? this.#readParts(parts) : this.#sortParts(parts), asOf);
    }
    const summary = createSummary();
    const merging = mergeSources(this.sources, this.sources.length > 1 ? this.sameWords.note : undefined);
    for await (const { entries, duplicates } of merging) {
      this.#tally.duplicates += duplicates;
      this.#write(entries, summary);
    }
    if (summary.entries === 0) return { id, stored: undefined, added: 0, tally: this.#tally };
    this.#addParticipants(undefined, known?.people.map(({ name }) => name) ?? []);
    const stored: StoredThread = {
      id,
      network: known?.network ?? (this.#job.parts[0] as FoundPart).network,
      title: this.#settings.forgotten.withoutNames(this.#namesIn(undefined).read(this.#header.title)),
      section: this.#header.section,
      ...summary.finish(this.#participants),
      asOf: this.#header.asOf,
      sha256: this.#writer.publish(),
      bytes: this.#writer.bytes,
    };
    return { id, stored, added: stored.entries - (known?.entries ?? 0), tally: this.#tally };
  }

  #write(entries: PlacedEntry[], summary: SummaryInProgress): void {
    for (const entry of entries) {
      summary.add(entry);
      this.#writer.write(entry);
    }
  }

  close(): void {
    this.#writer.discard();
    for (const runs of this.#runs) runs.close();
  }

  #addSource(batches: AsyncIterable<PlacedEntry[]>, asOf: number): void {
    const people = new Set<string>();
    this.sources.push({ batches: this.#notingPeople(batches, people), asOf, people });
  }

  /** Who wrote in a source is asked only where there are several. */
  async *#notingPeople(
    batches: AsyncIterable<PlacedEntry[]>,
    people: Set<string>,
  ): AsyncGenerator<PlacedEntry[]> {
    for await (const batch of batches) {
      if (this.sources.length > 1) for (const { sender } of batch) people.add(sender);
      yield batch;
    }
  }

  async *#readStored(known: StoredThread): AsyncGenerator<PlacedEntry[]> {
    const { forgotten } = this.#settings;
    const names = this.#namesIn(undefined);
    for await (const batch of readThreadFile(this.#settings.workspace, known)) {
      const kept = forgotten.isEmpty
        ? batch
        : batch.map(forgotten.clean).filter((entry) => entry !== undefined);
      yield kept.map((entry) => named(entry, names));
    }
  }

  async *#readParts(parts: FoundPart[]): AsyncGenerator<PlacedEntry[]> {
    for (const part of parts) {
      yield* this.#readPart(part);
      this.#settings.onBytes(part.entry.bytes);
    }
  }

  async *#readPart(part: FoundPart): AsyncGenerator<PlacedEntry[]> {
    const { owners, owner, wholeFileBytes } = this.#settings;
    const tally = newTally();
    const reading = formatOf(part.format).read(part, {
      owner: owners[part.exportIndex] ?? owner,
      tally,
      wholeFileBytes,
    });
    const source = `${part.network}/${part.section}`;
    try {
      for (;;) {
        const { done, value } = await reading.next();
        if (done) {
          this.#takeHeader(part, value);
          break;
        }
        yield this.#place(part.exportIndex, source, value);
      }
    } catch (error) {
      if (error instanceof OutOfOrderError) throw error;
      tally.problems.push({
        file: part.entry.path,
        problem: `could not be read: ${(error as Error).message}`,
      });
    }
    addTally(this.#tally, tally);
  }

  /** Titles change; the newest export's holds. */
  #takeHeader(
    part: FoundPart,
    { title, participants }: { title: string | undefined; participants: string[] },
  ): void {
    const asOf = this.#settings.asOf[part.exportIndex] ?? 0;
    const shown = title ?? part.title;
    const isNewer = asOf > this.#header.asOf || (asOf === this.#header.asOf && shown > this.#header.title);
    if (isNewer) this.#header = { title: shown, section: part.section, asOf };
    this.#addParticipants(
      part.exportIndex,
      participants.filter((person) => !isNobody(person)),
    );
  }

  #addParticipants(exportIndex: number | undefined, names: string[]): void {
    const reader = this.#namesIn(exportIndex);
    for (const name of names)
      if (!this.#settings.forgotten.has(name)) this.#participants.add(reader.read(name));
  }

  #place(exportIndex: number, source: string, entries: ParsedEntry[]): PlacedEntry[] {
    const { forgotten } = this.#settings;
    const names = this.#namesIn(exportIndex);
    const placed: PlacedEntry[] = [];
    for (const parsed of entries) {
      const clean = forgotten.clean(parsed);
      if (clean === undefined) drop(this.#tally, "of a forgotten person");
      else {
        const entry = named(clean, names) as PlacedEntry;
        entry.source = source;
        placed.push(entry);
      }
    }
    return placed;
  }

  async *#sortParts(parts: FoundPart[]): AsyncGenerator<PlacedEntry[]> {
    const runs = new SortedRuns(this.#settings.workspace, this.#job.id);
    this.#runs.push(runs);
    for (const [index, part] of parts.entries()) {
      const direction = formatOf(part.format).isNewestFirst ? -1 : 1;
      let batch = 0;
      for await (const entries of this.#readPart(part)) {
        runs.add(entries, index * mostBatches + direction * batch++);
      }
      this.#settings.onBytes(part.entry.bytes);
    }
    yield* runs.batches();
  }
}

/** Batches of one part, so that parts and the batches in them can be counted in one number. */
const mostBatches = 2 ** 32;

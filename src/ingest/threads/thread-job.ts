/** The work on one thread: every part of it that was found, merged with what the store has, written anew. */

import type { DoTask } from "../../worker-threads/index.ts";
import { createForgotten } from "../forgotten/index.ts";
import type { FoundPart } from "../formats/index.ts";
import {
  CrowdedMomentError,
  coarsestClockMs,
  mergeSources,
  OutOfOrderError,
  type PlacedEntry,
} from "../merge/index.ts";
import { findRename, type NamedSource, SameWords } from "../people/index.ts";
import { type StoredThread, ThreadFileWriter } from "../store/index.ts";
import { createTally } from "../tally.ts";
import type { JobSettings, PlainSettings, ThreadJob, ThreadResult } from "./job.ts";
import { ThreadReader } from "./thread-reader.ts";
import { ageOf, groupIntoSources } from "./thread-sources.ts";
import { SummaryInProgress } from "./thread-summary.ts";

/** What does the jobs that share these settings, on whichever thread. */
export function createJobRunner({ tombstones, ...shared }: PlainSettings): DoTask<ThreadJob, ThreadResult> {
  const forgotten = createForgotten(tombstones);
  return (job, onBytes) => runThreadJob(job, { ...shared, forgotten, onBytes });
}

/** Runs a job, again with what was learned on the way: that a source is not sorted, or that two names are one person. */
async function runThreadJob(job: ThreadJob, settings: JobSettings): Promise<ThreadResult> {
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
  const tally = { ...createTally(), problems: parts.map(({ entry }) => ({ file: entry.path, problem })) };
  const own = known.find(({ stored }) => stored.id === id);
  return { id, stored: own?.stored, added: 0, replaced: [], tally, renames: [], returned: [], erased: [] };
}

class Attempt {
  readonly sameWords = new SameWords();
  readonly sources: NamedSource[] = [];
  readonly #job: ThreadJob;
  readonly #settings: JobSettings;
  readonly #isSorted: boolean;
  readonly #writer: ThreadFileWriter;
  readonly #reader: ThreadReader;

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
    this.#reader = new ThreadReader(job, settings, found);
  }

  async run(): Promise<Omit<ThreadResult, "renames">> {
    const { known, id } = this.#job;
    const reader = this.#reader;
    for (const each of known) this.#addSource(reader.readStored(each), each.stored.asOf);
    for (const parts of groupIntoSources(this.#job.parts, this.#settings.wholeFileBytes)) {
      const asOf = ageOf(parts[0] as FoundPart, this.#settings.asOf);
      this.#addSource(this.#isSorted ? reader.readParts(parts) : reader.sortParts(parts), asOf);
    }
    const summary = new SummaryInProgress();
    const onSameWords = this.sources.length > 1 ? this.sameWords.note : undefined;
    const clockMs = coarsestClockMs(reader.network);
    const merging = mergeSources(this.sources, onSameWords, { clockMs });
    for await (const { entries, duplicates } of merging) {
      reader.tally.duplicates += duplicates;
      this.#write(entries, summary);
    }
    const before = known.map(({ stored }) => stored.id);
    const told = { id, tally: reader.tally, returned: reader.returned(), erased: reader.erased() };
    if (summary.entries === 0) return { ...told, stored: undefined, added: 0, replaced: before };
    const { title, section, asOf } = reader.header();
    const stored: StoredThread = {
      id,
      network: reader.network,
      title,
      section,
      ...summary.finish(reader.participants()),
      asOf,
      sha256: this.#writer.publish(),
      bytes: this.#writer.bytes,
    };
    const replaced = before.filter((other) => other !== id);
    return { ...told, stored, added: stored.entries - reader.keptOfStore, replaced };
  }

  #write(entries: PlacedEntry[], summary: SummaryInProgress): void {
    for (const entry of entries) {
      summary.add(entry);
      this.#writer.write(entry);
    }
  }

  close(): void {
    this.#writer.discard();
    this.#reader.close();
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
}

import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { asideName, type Workspace } from "../../workspace.ts";
import { charactersOf } from "../formats/index.ts";
import type { PlacedEntry } from "../merge/index.ts";
import { lineOf, linesOf, parseLine } from "../store/index.ts";

/** An entry with what it is sorted by. */
interface Sortable {
  /** Unix time in ms; an entry without a time stands at that of the one before it. */
  at: number;
  /** Among entries of one time, and of another batch, the lower stands first. */
  sequence: number;
  entry: PlacedEntry;
}

const batchSize = 1_000;
const batchCharacters = 1_000_000;
/** Runs are read side by side, a hundred of them for a thread of a gigabyte. */
const runReadBytes = 1 << 15;

/** Sorts entries of any number by time: sorted runs on disk, then a merge of them (Knuth, vol. 3, 5.4). */
export class SortedRuns {
  readonly #workspace: Workspace;
  readonly #id: string;
  readonly #runCharacters: number;
  readonly #files: string[] = [];
  #run: Sortable[] = [];
  #characters = 0;
  #last = 0;

  /** @param runCharacters About as many characters of entries as are in memory at once. */
  constructor(workspace: Workspace, id: string, { runCharacters = 8_000_000 } = {}) {
    this.#workspace = workspace;
    this.#id = id;
    this.#runCharacters = runCharacters;
  }

  /** @param sequence Places the batch among others with entries of the same time. */
  add(batch: PlacedEntry[], sequence: number): void {
    for (const entry of batch) {
      this.#last = entry.sentAt ?? this.#last;
      this.#run.push({ at: this.#last, sequence, entry });
      this.#characters += charactersOf(entry);
    }
    if (this.#characters > this.#runCharacters) this.#spill();
  }

  #spill(): void {
    const file = asideName(path.join(this.#workspace.messages, `${this.#id}.run`));
    const descriptor = openSync(file, "wx", 0o600);
    this.#files.push(file);
    try {
      this.#run.sort(compare);
      for (let start = 0; start < this.#run.length; start += batchSize)
        writeFileSync(
          descriptor,
          this.#run
            .slice(start, start + batchSize)
            .map(sortableLine)
            .join(""),
        );
    } finally {
      closeSync(descriptor);
    }
    this.#run = [];
    this.#characters = 0;
  }

  /** Everything that was added, sorted, in batches. */
  async *batches(): AsyncGenerator<PlacedEntry[]> {
    const runs: AsyncIterator<Sortable[]>[] = this.#files.map(readRun);
    runs.push(oneBatch(this.#run.sort(compare)));
    let batch: PlacedEntry[] = [];
    let characters = 0;
    for await (const { entry } of mergeRuns(runs)) {
      batch.push(entry);
      characters += charactersOf(entry);
      if (batch.length < batchSize && characters < batchCharacters) continue;
      yield batch;
      batch = [];
      characters = 0;
    }
    yield batch;
  }

  close(): void {
    for (const file of this.#files) rmSync(file, { force: true });
  }
}

function compare(a: Sortable, b: Sortable): number {
  return a.at - b.at || a.sequence - b.sequence;
}

async function* oneBatch<T>(batch: T[]): AsyncGenerator<T[]> {
  yield batch;
}

async function* readRun(file: string): AsyncGenerator<Sortable[]> {
  for await (const lines of linesOf(file, runReadBytes)) yield lines.map(parseSortable);
}

function sortableLine({ at, sequence, entry }: Sortable): string {
  return `${at} ${sequence} ${lineOf(entry)}`;
}

function parseSortable(line: string): Sortable {
  const afterTime = line.indexOf(" ");
  const afterSequence = line.indexOf(" ", afterTime + 1);
  return {
    at: Number(line.slice(0, afterTime)),
    sequence: Number(line.slice(afterTime + 1, afterSequence)),
    entry: parseLine(line.slice(afterSequence + 1)),
  };
}

async function* mergeRuns(runs: AsyncIterator<Sortable[]>[]): AsyncGenerator<Sortable> {
  const heads = await Promise.all(runs.map((run) => nextHead(run)));
  for (;;) {
    let least: Head | undefined;
    for (const head of heads) {
      const first = head?.batch[head.index];
      if (first === undefined) continue;
      if (least === undefined || compare(first, least.batch[least.index] as Sortable) < 0) least = head;
    }
    if (least === undefined) return;
    yield least.batch[least.index++] as Sortable;
    if (least.index === least.batch.length) heads[heads.indexOf(least)] = await nextHead(least.run);
  }
}

interface Head {
  run: AsyncIterator<Sortable[]>;
  batch: Sortable[];
  index: number;
}

async function nextHead(run: AsyncIterator<Sortable[]>): Promise<Head | undefined> {
  const { done, value } = await run.next();
  return done || value.length === 0 ? undefined : { run, batch: value, index: 0 };
}

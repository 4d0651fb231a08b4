/** Reads all that there is of one thread: what the store has, and the parts of exports. */
import { formatOf } from "../all-formats.ts";
import { ErasedMoments, type Forgotten } from "../forgotten/index.ts";
import { type FoundPart, isNobody, type ParsedEntry } from "../formats/index.ts";
import { OutOfOrderError, type PlacedEntry } from "../merge/index.ts";
import { NameReader, named, nameReaders, ReturnedPeople } from "../people/index.ts";
import { type KnownThread, readThreadFile, type StoredThread } from "../store/index.ts";
import { addTally, createTally, drop } from "../tally.ts";
import type { JobSettings, ThreadJob } from "./job.ts";
import { SortedRuns } from "./sorted-runs.ts";
import { ageOf } from "./thread-sources.ts";

export class ThreadReader {
  readonly tally = createTally();
  readonly network: string;
  readonly #job: ThreadJob;
  readonly #settings: JobSettings;
  readonly #namesIn: (exportIndex: number | undefined) => NameReader;
  #header: ThreadHeader;
  readonly #participants = new Set<string>();
  readonly #runs: SortedRuns[] = [];
  readonly #forgotten: Forgotten;
  readonly #erased: ErasedMoments | undefined;
  readonly #returned: ReturnedPeople | undefined;
  /** Entries of the store that are not erased now. */
  keptOfStore = 0;

  /** @param found Earlier names of people that were found in this thread. */
  constructor(job: ThreadJob, settings: JobSettings, found: { from: string; to: string }[]) {
    this.#job = job;
    this.#settings = settings;
    this.#namesIn = nameReaders(job.id, settings, found);
    this.#forgotten = settings.forgotten(job.id);
    this.network = (job.known[0]?.stored ?? (job.parts[0] as FoundPart)).network;
    this.#erased =
      settings.erased && new ErasedMoments(settings.erased, { id: job.id, network: this.network });
    if (this.#erased?.areNone === false) this.#returned = this.#lookOutForReturned(this.#erased);
    this.#header = { title: "", section: "", asOf: -1 };
    for (const { stored } of job.known) if (isNewer(stored, this.#header)) this.#header = headerOf(stored);
  }

  #lookOutForReturned(erased: ErasedMoments): ReturnedPeople {
    const { owner, owners } = this.#settings;
    const people = this.#job.known.flatMap(({ stored }) => stored.people.map(({ name }) => name));
    const staying = [owner, ...owners, "", ...people].filter((name) => !this.#forgotten.has(name));
    return new ReturnedPeople((entry) => erased.has(entry), staying);
  }

  /** Under which other names there are people who were forgotten; complete when all sources were read. */
  returned(): string[] {
    return this.#returned?.names() ?? [];
  }

  /** Hashes of the moments at which people wrote who are forgotten; complete when all sources were read. */
  erased(): string[] {
    return this.#erased?.added() ?? [];
  }

  /** What the newest source says of the thread; complete when all sources were read. */
  header(): ThreadHeader {
    const title = this.#forgotten.withoutNames(this.#namesIn(undefined).read(this.#header.title));
    return { ...this.#header, title };
  }

  /** Who takes part, as the sources' headers and the store say; complete when all sources were read. */
  participants(): Set<string> {
    for (const { stored } of this.#job.known)
      this.#addParticipants(
        undefined,
        stored.people.map(({ name }) => this.#nameHere(name, stored)),
      );
    return this.#participants;
  }

  close(): void {
    for (const runs of this.#runs) runs.close();
  }

  async *readStored({ stored, shiftMs }: KnownThread): AsyncGenerator<PlacedEntry[]> {
    const own = this.#namesIn(undefined);
    const names =
      stored.id === this.#job.id ? own : new NameReader((name) => own.read(this.#nameHere(name, stored)));
    for await (const batch of readThreadFile(this.#settings.workspace, stored)) {
      const kept = this.#forgotten.isEmpty ? batch : this.#withoutForgotten(batch);
      this.keptOfStore += kept.length;
      for (const entry of kept) moveBy(shiftMs, named(entry, names));
      yield kept;
    }
  }

  #withoutForgotten(batch: PlacedEntry[]): PlacedEntry[] {
    return batch.flatMap((entry) => {
      const clean = this.#forgotten.clean(entry);
      if (clean === undefined) this.#noteErased(entry);
      return clean ?? [];
    });
  }

  /** By its words without names, as it would be kept: they come back so as well. */
  #noteErased(entry: ParsedEntry): void {
    this.#erased?.add({ ...entry, text: this.#forgotten.withoutNames(entry.text) });
  }

  /** People without an account carry the thread in their name. */
  #nameHere(name: string, { id }: StoredThread): string {
    return name.endsWith(` in ${id}`) ? `${name.slice(0, -id.length)}${this.#job.id}` : name;
  }

  async *readParts(parts: FoundPart[]): AsyncGenerator<PlacedEntry[]> {
    for (const part of parts) {
      yield* this.#readPart(part);
      this.#settings.onBytes(part.entry.bytes);
    }
  }

  async *#readPart(part: FoundPart): AsyncGenerator<PlacedEntry[]> {
    const { owners, owner, wholeFileBytes } = this.#settings;
    const tally = createTally();
    const reading = formatOf(part.format).read(part, {
      owner: owners[part.exportIndex] ?? owner,
      tally,
      wholeFileBytes,
      learned: this.#settings.learned?.[part.format],
    });
    const source = `${part.network}/${part.section}`;
    try {
      for (;;) {
        const { done, value } = await reading.next();
        if (done) {
          this.#takeHeader(part, value);
          break;
        }
        yield this.#place(part, source, value);
      }
    } catch (error) {
      if (error instanceof OutOfOrderError) throw error;
      tally.problems.push({
        file: part.entry.path,
        problem: `could not be read: ${(error as Error).message}`,
      });
    }
    addTally(this.tally, tally);
  }

  #takeHeader(
    part: FoundPart,
    { title, participants }: { title: string | undefined; participants: string[] },
  ): void {
    const asOf = ageOf(part, this.#settings.asOf);
    const shown = title ?? part.title;
    const told = { title: shown, section: part.section, asOf };
    if (isNewer(told, this.#header)) this.#header = told;
    this.#addParticipants(
      part.exportIndex,
      participants.filter((person) => !isNobody(person)),
    );
  }

  #addParticipants(exportIndex: number | undefined, names: string[]): void {
    const reader = this.#namesIn(exportIndex);
    for (const name of names) if (!this.#forgotten.has(name)) this.#participants.add(reader.read(name));
  }

  #place({ exportIndex, shiftMs = 0 }: FoundPart, source: string, entries: ParsedEntry[]): PlacedEntry[] {
    const names = this.#namesIn(exportIndex);
    const placed: PlacedEntry[] = [];
    for (const parsed of entries) {
      moveBy(shiftMs, parsed);
      const clean = this.#forgotten.clean(parsed);
      if (clean === undefined) {
        this.#noteErased(parsed);
        drop(this.tally, "of a forgotten person");
        continue;
      }
      this.#returned?.note(clean);
      const entry = named(clean, names) as PlacedEntry;
      entry.source = source;
      placed.push(entry);
    }
    return placed;
  }

  async *sortParts(parts: FoundPart[]): AsyncGenerator<PlacedEntry[]> {
    const runs = new SortedRuns(this.#settings.workspace, this.#job.id);
    this.#runs.push(runs);
    for (const [index, part] of parts.entries()) {
      const direction = formatOf(part.format).isNewestFirst ? -1 : 1;
      let batch = 0;
      for await (const entries of this.#readPart(part)) {
        runs.add(entries, index * maxBatches + direction * batch++);
      }
      this.#settings.onBytes(part.entry.bytes);
    }
    yield* runs.batches();
  }
}

/** What the newest source says of a thread. */
interface ThreadHeader {
  title: string;
  section: string;
  asOf: number;
}

function headerOf({ title, section, asOf }: ThreadHeader): ThreadHeader {
  return { title, section, asOf };
}

/** Titles change; the newest export's holds. */
function isNewer(one: ThreadHeader, other: ThreadHeader): boolean {
  return one.asOf > other.asOf || (one.asOf === other.asOf && one.title > other.title);
}

function moveBy(shiftMs: number, entry: ParsedEntry): void {
  if (shiftMs !== 0 && entry.sentAt !== null) entry.sentAt += shiftMs;
}

/** Batches of one part, so that parts and the batches in them can be counted in one number. */
const maxBatches = 2 ** 32;

/** What is asked for of one thread's import, and what comes of it; both survive structured cloning. */
import type { Workspace } from "../../workspace.ts";
import type { Erased, ForgottenIn, Tombstone } from "../forgotten/index.ts";
import type { FoundPart, Learned } from "../formats/index.ts";
import type { Renames } from "../people/index.ts";
import type { KnownThread, StoredThread } from "../store/index.ts";
import type { Tally } from "../tally.ts";

export interface ThreadJob {
  id: string;
  parts: FoundPart[];
  /** What the store has of it: what was two threads may have been found to be one. */
  known: KnownThread[];
}

/** What all jobs of an import share. */
export interface JobSettings {
  workspace: Workspace;
  /** The owner's name in the store, and what each export calls them. */
  owner: string;
  owners: string[];
  /** Earlier names of people, by thread id or, for all threads, under the empty id. */
  renames: Renames;
  forgotten: ForgottenIn;
  /** Where people who were forgotten had written. */
  erased?: Erased | undefined;
  wholeFileBytes: number;
  /** How new each export is, as its newest message tells: Unix time in ms. */
  asOf: number[];
  /** What the files of each format show only together, by its name. */
  learned?: Record<string, Learned | undefined>;
  onBytes(bytes: number): void;
}

/** The settings as a worker thread can be given them. */
export type PlainSettings = Omit<JobSettings, "forgotten" | "onBytes"> & { tombstones: Tombstone[] };

export interface ThreadResult {
  id: string;
  /** Threads of the store that are in this one now. */
  replaced: string[];
  /** What the store has now; undefined when there is nothing to store. */
  stored: StoredThread | undefined;
  /** Entries that the store did not have. */
  added: number;
  tally: Tally;
  /** Earlier names found in this thread. */
  renames: { from: string; to: string }[];
  /** Names, as the export spells them, under which people who were forgotten are in this thread. */
  returned: string[];
  /** Hashes of the moments at which they had written. */
  erased: string[];
}

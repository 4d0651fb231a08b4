import type { ParsedEntry } from "../formats/index.ts";

/** An entry with what its place in the thread follows from. */
export interface PlacedEntry extends ParsedEntry {
  /** Format and section, as the store keeps it. */
  source: string;
}

/** One archive's, or the store's, messages of a thread: batches, oldest first. */
export interface Source {
  batches: AsyncIterator<PlacedEntry[]>;
  /** Unix time in ms of the newest message of the export: of two names for one person, the newer export's holds. */
  asOf: number;
}

/** What one source has of a moment. */
export interface Presence {
  source: number;
  asOf: number;
  entries: PlacedEntry[];
}

export interface Merged {
  entries: PlacedEntry[];
  /** Entries that another source has too. */
  duplicates: number;
}

/** Told of messages that are equal in two sources but for the sender: perhaps one person under two names. */
export type OnSameWords = (
  moment: number | null,
  one: { source: number; sender: string },
  other: { source: number; sender: string },
) => void;

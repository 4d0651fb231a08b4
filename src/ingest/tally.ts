/** What was met while reading, counted. Plain data: a worker thread hands its tally over, and tallies add up. */
export interface Tally {
  /** Entries of the files. */
  read: number;
  /** Entries left out, by reason. */
  dropped: Record<string, number>;
  /** Entries that several sources have, or that the store had before. */
  duplicates: number;
  /** Strings whose mojibake was undone, or whose broken characters were replaced. */
  repaired: number;
  /** Texts that may be the network's own sentences, in a language that is not known: kept as text. */
  uncertain: number;
  /** Keys that no reader knows, with the place of the first. */
  drift: Map<string, Drift>;
  /** Files that could not be read, or not whole. */
  problems: { file: string; problem: string }[];
}

interface Drift {
  count: number;
  firstFile: string;
  /** Index of the entry in its file; -1 for a key of the thread itself. */
  firstEntry: number;
}

export function createTally(): Tally {
  return { read: 0, dropped: {}, duplicates: 0, repaired: 0, uncertain: 0, drift: new Map(), problems: [] };
}

export function drop(tally: Tally, reason: string, count = 1): void {
  tally.dropped[reason] = (tally.dropped[reason] ?? 0) + count;
}

/** A file, and where what is met in it is counted. */
export interface CountedFile {
  tally: Tally;
  file: string;
}

/** @param index Of the entry in its file; -1 for a key of the thread itself. */
export function noteDrift(key: string, index: number, { tally, file }: CountedFile): void {
  const known = tally.drift.get(key);
  if (known !== undefined) {
    known.count++;
    // Files are also read from their end.
    if (known.firstFile === file && index < known.firstEntry) known.firstEntry = index;
  } else if (tally.drift.size < maxDriftKeys)
    tally.drift.set(key, { count: 1, firstFile: file, firstEntry: index });
}

/** A hostile file can have a new key in every entry. */
const maxDriftKeys = 100;

export function addTally(into: Tally, from: Tally): void {
  into.read += from.read;
  into.duplicates += from.duplicates;
  into.repaired += from.repaired;
  into.uncertain += from.uncertain;
  into.problems.push(...from.problems);
  for (const [reason, count] of Object.entries(from.dropped)) drop(into, reason, count);
  for (const [key, drift] of from.drift) {
    const known = into.drift.get(key);
    // Threads come back in any order: the place named is the first by name, so that it is the same on every run.
    const first = known && isBefore(known, drift) ? known : drift;
    into.drift.set(key, { ...first, count: (known?.count ?? 0) + drift.count });
  }
}

function isBefore(a: Drift, b: Drift): boolean {
  return a.firstFile === b.firstFile ? a.firstEntry <= b.firstEntry : a.firstFile < b.firstFile;
}

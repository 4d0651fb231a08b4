import { extreme, joinThreads, type StoreIndex } from "./store/index.ts";
import type { Tally } from "./tally.ts";

/** What an import did, counted: entries read = entries new + duplicates + dropped. */
export interface ImportReport {
  owner: string;
  /** Threads in which the owner takes part. */
  ownerThreads: number;
  threads: number;
  groups: number;
  /** Chats whose halves are in two kinds of export. */
  joinedThreads: number;
  /** Threads of the given files without an entry that could be kept. */
  emptyThreads: number;
  /** Entries in the store, of every kind. */
  entries: number;
  texts: number;
  textsOfOwner: number;
  firstAt: number | null;
  lastAt: number | null;
  /** Entries in the store that were not there before. */
  added: number;
  /** Entries read from the given files. */
  read: number;
  duplicates: number;
  dropped: Record<string, number>;
  /** Entries in the store by kind. */
  kinds: Record<string, number>;
  sections: Record<
    string,
    { threads: number; entries: number; firstAt: number | null; lastAt: number | null }
  >;
  biggest: { title: string; entries: number }[];
  repaired: number;
  /** Texts that may be the network's own sentences, in a language that is not known; kept as text. */
  uncertain: number;
  /** Networks that write in a language whose sentences are not known: some may be among the texts, uncounted. */
  unknownWording: string[];
  /** People whose earlier name was found in the given files. */
  renamedPeople: number;
  /** People who were forgotten and came back under another name; such names that somebody has elsewhere, too, stay there. */
  returned: { people: number; alsoElsewhere: string[] };
  /** Titles of chats that may be one, and are kept apart since they have no messages in common. */
  namesakes: string[];
  /** What was written by another clock than the newest export of its chat, and is put to that one. */
  shiftedClocks: { file: string; minutes: number }[];
  /** Keys that no reader knows: the format has moved on. */
  drift: { key: string; count: number; firstFile: string; firstEntry: number }[];
  /** Files that could not be read, or not whole. */
  problems: { file: string; problem: string }[];
}

interface ReportInput extends Pick<ImportReport, "namesakes" | "shiftedClocks" | "unknownWording"> {
  index: StoreIndex;
  tally: Tally;
  added: number;
  emptyThreads: number;
  renamedPeople: number;
  returned: ImportReport["returned"];
}

const biggestShown = 5;

export function createReport({
  index,
  tally,
  added,
  emptyThreads,
  renamedPeople,
  returned,
  ...notes
}: ReportInput): ImportReport {
  const { owner } = index;
  const joined = joinThreads(index.threads, owner);
  const threads = joined.map(({ summary }) => summary);
  const sum = (of: (thread: (typeof threads)[number]) => number) =>
    threads.reduce((total, thread) => total + of(thread), 0);
  return {
    owner,
    ownerThreads: threads.filter(({ people }) => people.some(({ name }) => name === owner)).length,
    threads: threads.length,
    groups: threads.filter(({ isGroup }) => isGroup).length,
    joinedThreads: joined.filter(({ files }) => files.length > 1).length,
    emptyThreads,
    entries: sum(({ entries }) => entries),
    texts: sum(({ texts }) => texts),
    textsOfOwner: sum(({ people }) => people.find(({ name }) => name === owner)?.texts ?? 0),
    firstAt: extreme(
      threads.map(({ firstAt }) => firstAt),
      Math.min,
    ),
    lastAt: extreme(
      threads.map(({ lastAt }) => lastAt),
      Math.max,
    ),
    added,
    read: tally.read,
    duplicates: tally.duplicates,
    dropped: tally.dropped,
    kinds: countKinds(index),
    sections: countSections(index),
    biggest: threads
      .toSorted((a, b) => b.entries - a.entries)
      .slice(0, biggestShown)
      .map(({ title, id, entries }) => ({ title: title || id, entries })),
    repaired: tally.repaired,
    uncertain: tally.uncertain,
    renamedPeople,
    returned,
    ...notes,
    drift: [...tally.drift].map(([key, drift]) => ({ key, ...drift })),
    problems: tally.problems.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
  };
}

function countKinds({ threads }: StoreIndex): ImportReport["kinds"] {
  const counts: ImportReport["kinds"] = {};
  for (const { kinds } of threads) {
    for (const [kind, count] of Object.entries(kinds)) counts[kind] = (counts[kind] ?? 0) + count;
  }
  return counts;
}

function countSections({ threads }: StoreIndex): ImportReport["sections"] {
  const sections: ImportReport["sections"] = {};
  for (const { network, section, entries, firstAt, lastAt } of threads) {
    const name = network === "facebook" ? section : `${network} ${section}`;
    const known = sections[name];
    sections[name] = {
      threads: (known?.threads ?? 0) + 1,
      entries: (known?.entries ?? 0) + entries,
      firstAt: extreme([known?.firstAt ?? null, firstAt], Math.min),
      lastAt: extreme([known?.lastAt ?? null, lastAt], Math.max),
    };
  }
  return sections;
}

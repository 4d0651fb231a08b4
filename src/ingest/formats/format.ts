/** What every export format gives the import: which threads a file holds parts of, and their entries. */
import type { Message } from "../../handoffs/index.ts";
import type { ExportEntry } from "../archives/index.ts";
import type { Tally } from "../tally.ts";

/** An entry of a thread as a format reads it: sender and reactions still under the export's own names. */
export type ParsedEntry = Omit<Message, "thread" | "source">;

/** What tells which chat an entry is of. */
export type EntryOutline = Pick<ParsedEntry, "sender" | "sentAt" | "text" | "kind">;

export type NoteOutline = (entry: EntryOutline) => void;

/** One part of a thread, found but not read. Plain data. */
export interface FoundPart {
  /** Name of the format that reads it. */
  format: string;
  /** `facebook`, `instagram`, `whatsapp`: who somebody is, and whose export it is, are known by network. */
  network: string;
  /** Stable id of the thread, safe as a file name; what such an id begins with, where the format knows none. */
  thread: string;
  /** `inbox`, `e2ee_cutover`, …, or what stands for it in the format. */
  section: string;
  entry: ExportEntry;
  /** Number of the archive that it lies in. */
  archive: number;
  /** Where in the archive its export begins; what begins elsewhere is of another export. */
  root: string;
  /** Number of the export that it belongs to, as far as can be told: several zips may be one. */
  exportIndex: number;
  /** Parts of a source are read from the lowest to the highest: the oldest first. */
  order: number;
  title: string;
  /** Who takes part, as far as the head of the file says. */
  people: string[];
  /** Unix time in ms of the newest entry that the head shows: tells which of two exports is newer. */
  newestAt: number;
  /** Index of the thread, in a file that holds several. */
  item?: number;
  /** What the file calls whoever exported it, where it says so. */
  self?: string;
  /** What has to be added to its times: the newest export of its chat was written by another clock. */
  shiftMs?: number;
  /** How the format reads this file, as it found out on the way. Plain data. */
  reading?: unknown;
}

/** Where in an export of Facebook's or Instagram's a file of messages lies. */
export interface ThreadPlace {
  network: "facebook" | "instagram";
  /** Where the export begins that it is of: what lies below another root is another export's. */
  root: string;
  /** Set where the file is one of several of its name, such as `message_1 (2).json`. */
  copy: string;
  section: string;
  folder: string;
  /** N of `message_N.json`: the highest is the oldest part. */
  number: number;
}

export interface FindOptions {
  /** `dmy`, `mdy` or `ymd`, for files whose dates can be read in several ways. */
  dateOrder?: string | undefined;
  /** Where in an export the file lies, if that is where messages lie. */
  place?: ThreadPlace | undefined;
  /** Takes the entries of a file that is read to its end to be found: for them it is not read again. */
  noteOutline?: NoteOutline;
}

/** What the files of a format show only together. Plain data, so that worker threads can be given it. */
export interface Learned {
  /** Whether what the network writes itself is in a language that has a table here. */
  isWordingKnown: boolean;
}

export interface ReadContext {
  /** Whose export it is, as the network calls them. */
  owner: string;
  tally: Tally;
  /** Bytes up to which a file is parsed whole. */
  wholeFileBytes: number;
  /** What the format has learned from all files together. */
  learned?: Learned | undefined;
}

/** What a file says of its thread beside the entries. */
export interface PartHeader {
  title: string | undefined;
  participants: string[];
}

/** One kind of export file. A new format is one file like its neighbours, and one line in `all-formats.ts`. */
export interface ExportFormat {
  readonly name: string;
  /** Whether its threads have ids, which are the same in every export. */
  readonly hasThreadIds?: boolean;
  /** Whether a file's later batches are older; inside a batch entries are oldest first all the same. */
  readonly isNewestFirst?: boolean;
  /**
   * The parts of threads that a file holds; none when the file is of another kind.
   *
   * Reads at most the head of files that another format could claim.
   */
  find(entry: ExportEntry, options: FindOptions): Promise<FoundPart[]> | FoundPart[];
  /**
   * What the files show only together, such as sentences that a network writes itself.
   *
   * @param owners What each export calls its owner, by its number.
   */
  learn?(parts: FoundPart[], owners: string[]): Promise<Learned | undefined> | Learned | undefined;
  /** The entries of a part in batches, oldest first where the file has an order; then what it says of the thread. */
  read(part: FoundPart, context: ReadContext): AsyncGenerator<ParsedEntry[], PartHeader>;
}

/** Names that stand for whoever has no account any more: different people in different threads. */
export function isNobody(name: string): boolean {
  return name === "" || /^(?:facebook|instagram|other|unknown) user$/i.test(name) || localNobodies.has(name);
}

const localNobodies = new Set([
  "Użytkownik Facebooka",
  "Utilisateur de Facebook",
  "Facebook-Nutzer",
  "Facebook-Nutzer/in",
  "Utilizador do Facebook",
  "Usuário do Facebook",
  "Usuario de Facebook",
  "Utente di Facebook",
  "Facebook-gebruiker",
]);

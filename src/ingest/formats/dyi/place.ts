/** Where in an export a file of messages lies, told by the folders around it, inside and above what was given, and by its contents. */
import path from "node:path";
import { type ExportEntry, peekEntry, readEntry, tailOfFile } from "../../archives/index.ts";
import { groupBy } from "../../group-by.ts";
import type { ThreadPlace } from "../format.ts";

// `your_group_messages` is none of them: it holds second copies of threads that the inbox has.
const sections = "inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover";
const section = new RegExp(`^(?:${sections})$`);
const inSection = new RegExp(`^(.*?/)?(${sections})/([^/]+)/([^/]+)\\.json$`, "i");
const anywhere = /^(.*\/)?()([^/]*)\/([^/]+)\.json$/i;
const groupCopies = /(?:^|\/)your_group_messages\//;
/** `message_2`, and what browsers and desktops make of it: `message_2 (1)`, `message_2 - Copy`, `message_2 2`, `Copy of message_2`. */
const partName = /^(.{1,30}[ _-])?message(?:_(\d+))?((?:[ (~.–-]|_\d+$).{0,40})?$/i;
const ownPartName = /^message(?:_\d+)?$/;

export interface FoundPlace extends Omit<ThreadPlace, "network"> {
  /** Who takes part, as it is written, where nothing around the file says which thread it is. */
  written?: string;
}

/** The path of a file with the folders that lie above what was given; inside a zip, there are none. */
export function fullPath({ path: inside, file, packed }: ExportEntry): string {
  return packed === undefined ? path.resolve(file).split(path.sep).join("/") : `/${inside}`;
}

/** Undefined for files of other kinds. */
export function findPlace(entry: ExportEntry): FoundPlace | undefined {
  if (!/\.json$/i.test(entry.path)) return undefined;
  const whole = fullPath(entry);
  if (groupCopies.test(whole)) return undefined;
  const known = inSection.exec(whole);
  const [, root = "", sectionName = "", folder = "", name = ""] = known ?? anywhere.exec(whole) ?? [];
  const part = partName.exec(name);
  if (known !== null && ownPartName.test(name))
    return { root, copy: "", section: sectionName, folder, number: Number(part?.[2] ?? 1) };
  if (!holdsThread(entry)) return undefined;
  const added = part === null ? name : `${part[1] ?? ""}${part[3] ?? ""}`.trim();
  const copy = added || name.replace(/\d+/g, "");
  const number = Number(part?.[2] ?? 1);
  if (known !== null) return { root, copy, section: sectionName, folder, number };
  return { root, copy, number, ...placeByContents(entry, whole, part === null ? name : folder) };
}

/** Files of two chats that somebody put into one folder are two threads, whatever they say of their place. */
export function separateChats(places: FoundPlace[]): void {
  const inOneFolder = groupBy(places, ({ root, folder }) => `${root} ${folder}`);
  for (const group of inOneFolder.values()) {
    if (new Set(group.map(({ written }) => written)).size < 2) continue;
    for (const place of group) place.folder = `${place.folder} ${place.written ?? ""}`.trim();
  }
}

const headBytes = 1 << 15;
const participants = /"participants"\s*:\s*\[\s*[{"\]][^[\]]*/;

function holdsThread(entry: ExportEntry): boolean {
  const head = headOf(entry);
  return participants.test(head) && /"sender_name"|"thread_path"|"timestamp_ms"/.test(head);
}

function headOf(entry: ExportEntry): string {
  try {
    return peekEntry(entry, headBytes).toString("latin1");
  } catch {
    return ""; // Where it is called like messages, it is told of.
  }
}

/** What a thread says of its own place, where the folders around it do not. */
function placeByContents(
  entry: ExportEntry,
  whole: string,
  name: string,
): Pick<FoundPlace, "section" | "folder" | "written"> {
  const [folder, above] = [1, 2].map((level) => whole.split("/").at(-1 - level)) as [string, string];
  const [, writtenSection = "", ownFolder = ""] =
    /^([a-z0-9_]{3,40})\/([^/]+)$/.exec(threadPathIn(entry)) ?? [];
  const isThreadFolder = /^[a-z0-9]*_[A-Za-z0-9_-]{5,80}$/.test(folder);
  return {
    section: section.test(above) ? above : writtenSection || "inbox",
    folder: isThreadFolder ? folder : ownFolder || name,
    written: participants.exec(headOf(entry))?.[0] ?? "",
  };
}

const tailBytes = 1 << 16;
const maxBytesForTail = 8_000_000;

/** `thread_path` stands behind the messages, where the file was not written anew. */
function threadPathIn(entry: ExportEntry): string {
  try {
    const isShort = entry.bytes <= maxBytesForTail;
    const tail =
      entry.packed === undefined
        ? tailOfFile(entry, tailBytes)
        : isShort
          ? readEntry(entry)
          : Buffer.alloc(0);
    const [, written = ""] =
      /^[\s\S]*"thread_path"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(tail.toString("latin1")) ?? [];
    return JSON.parse(written) as string;
  } catch {
    return "";
  }
}

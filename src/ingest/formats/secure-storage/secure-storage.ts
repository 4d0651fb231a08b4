/**
 * Messenger's export of end-to-end encrypted chats ("secure storage", since December 2023): one file a chat at the root
 * of the zip, `<name>_<n>.json`, real UTF-8, oldest first, of any size. It knows no ids.
 */
import path from "node:path";
import { type ExportEntry, peekEntry, readEntry, tailOfFile } from "../../archives/index.ts";
import { type CountedFile, noteDrift } from "../../tally.ts";
import { fullPath, isObject, type Json } from "../dyi/index.ts";
import type { ExportFormat, FoundPart, ParsedEntry, PartHeader, ReadContext } from "../format.ts";
import { readMessageFile } from "../json/index.ts";
import { readMessage } from "./message.ts";
import { readUsual } from "./texts.ts";

export const secureStorage: ExportFormat = {
  name: "secure-storage",
  find(entry) {
    // At the zip's root; unpacked, in a folder called `messages`, perhaps in a folder of the person's own.
    if (!/^(?:[^/]+\/){0,3}[^/]+\.json$/.test(entry.path)) return [];
    const head = readHead(entry);
    if (head === undefined) return [];
    const found = {
      format: "secure-storage",
      network: "facebook",
      section: "e2ee",
      entry,
      archive: 0,
      root: `${path.posix.dirname(fullPath(entry))}/`,
      exportIndex: 0,
      order: 0,
    };
    const newestAt = Math.max(head.newestAt, newestIn(entry));
    return [{ ...found, ...head, newestAt, thread: "e2ee" }];
  },
  read,
};

const headBytes = 1 << 16;

function readHead(entry: ExportEntry): Pick<FoundPart, "title" | "people" | "newestAt"> | undefined {
  let text: string;
  try {
    text = peekEntry(entry, headBytes).toString("utf8");
  } catch {
    return undefined;
  }
  const head = entry.bytes <= headBytes ? readWhole(text) : readStart(text);
  if (head === undefined) return undefined;
  const fileName = entry.path.slice(entry.path.lastIndexOf("/") + 1, -".json".length);
  const people = [...new Set(head.people.map((person) => person.normalize("NFC")))];
  return { title: titleOf(head.threadName ?? fileName), people, newestAt: head.firstAt };
}

interface Head {
  people: string[];
  threadName: string | undefined;
  /** Unix time in ms of the first message, which is the oldest; 0 where there is none. */
  firstAt: number;
}

function readWhole(text: string): Head | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return readStart(text); // A damaged file may have a good start.
  }
  if (!isObject(json) || !Array.isArray(json.participants) || !("threadName" in json)) return undefined;
  const people = json.participants.filter((person) => typeof person === "string");
  const first: unknown = Array.isArray(json.messages) ? json.messages[0] : undefined;
  const firstAt = isObject(first) && typeof first.timestamp === "number" ? first.timestamp : 0;
  return { people, threadName: typeof json.threadName === "string" ? json.threadName : undefined, firstAt };
}

/** The start of a file, in which the participants stand, and often all but the end of the messages does not. */
function readStart(text: string): Head | undefined {
  const list = /"participants"\s*:\s*(\[\s*(?:"(?:[^"\\]|\\.)*"\s*(?:,\s*)?)*\])/s.exec(text)?.[1];
  if (list === undefined || !/"(?:threadName|senderName)"\s*:/.test(text)) return undefined;
  const named = /"threadName"\s*:\s*("(?:[^"\\]|\\.)*")/s.exec(text)?.[1];
  const firstAt = Number(/"timestamp"\s*:\s*(\d{9,16})\b/.exec(text)?.[1] ?? 0);
  try {
    const people = JSON.parse(list) as string[];
    return { people, threadName: named === undefined ? undefined : (JSON.parse(named) as string), firstAt };
  } catch {
    return undefined;
  }
}

const tailBytes = 1 << 16;
const maxBytesForTail = 8_000_000;

/** Unix time in ms of the last message, where the end of the file can be read without reading all of a large one. */
function newestIn(entry: ExportEntry): number {
  try {
    const times = tailOf(entry).matchAll(/"timestamp"\s*:\s*(\d{9,16})\b/g);
    return Math.max(0, ...[...times].map(([, time]) => Number(time)));
  } catch {
    return 0; // Reading it whole says what is wrong.
  }
}

function tailOf(entry: ExportEntry): string {
  if (entry.packed === undefined) return tailOfFile(entry, tailBytes).toString("latin1");
  return entry.bytes > maxBytesForTail ? "" : readEntry(entry).subarray(-tailBytes).toString("latin1");
}

/** `Zoë Fox_12` is the twelfth chat of an export, with Zoë Fox. */
function titleOf(threadName: string): string {
  return threadName.replace(/_\d+$/, "").normalize("NFC");
}

async function* read(part: FoundPart, context: ReadContext): AsyncGenerator<ParsedEntry[], PartHeader> {
  const { entry, title } = part;
  const place = { tally: context.tally, file: entry.path };
  const usual = yield* readUsual(entry, context, (message, index) => readMessage(message, index, place));
  const header = usual.header ?? (yield* readFurther(entry, context, usual.messages));
  return { title, participants: participantsOf(header, place) };
}

/** The entries behind the first messages of a file that is written in any way. */
async function* readFurther(
  entry: ExportEntry,
  { tally, wholeFileBytes }: ReadContext,
  known: number,
): AsyncGenerator<ParsedEntry[], Json> {
  const file = readMessageFile(entry, { wholeFileBytes, tally });
  const place = { tally, file: entry.path };
  let index = 0;
  for (;;) {
    const { done, value } = await file.next();
    if (done) {
      if (value.problem !== undefined) tally.problems.push({ file: entry.path, problem: value.problem });
      return value.header ?? {};
    }
    const entries: ParsedEntry[] = [];
    for (const message of value.messages) {
      const read = index < known ? undefined : readMessage(message, index, place);
      index++;
      if (read !== undefined) entries.push(read);
    }
    yield entries;
  }
}

function participantsOf(header: Json, place: CountedFile): string[] {
  for (const key in header) if (!headerKeys.has(key)) noteDrift(`thread.${key}`, -1, place);
  const people = Array.isArray(header.participants) ? header.participants : [];
  return people.filter((name) => typeof name === "string").map((name: string) => name.normalize("NFC"));
}

const headerKeys = new Set(["participants", "threadName"]);

/** Threads that lie in a folder of their own as `message_1.json` (the newest) to `message_N.json`. */
import { type ExportEntry, peekEntry } from "../archives/entry.ts";
import type { Tally } from "../tally.ts";
import { type DyiContext, isObject, type Json, noteDrift, readDyiMessage } from "./dyi-message.ts";
import type { ExportFormat, FoundPart, ParsedEntry, PartHeader, ReadContext } from "./format.ts";
import { readMessageFile } from "./message-file.ts";
import { cleanText } from "./mojibake.ts";
import { threadIdOfFolder } from "./thread-folder.ts";

export interface ThreadFolderFormat {
  name: string;
  /** Finds section, folder and N in a path. */
  place: RegExp;
  /** Tells networks apart whose layout is the same. */
  isOurs(path: string): boolean;
}

export function threadFolderFormat({ name, place, isOurs }: ThreadFolderFormat): ExportFormat {
  return {
    name,
    isNewestFirst: true,
    find(entry) {
      const match = isOurs(entry.path) ? place.exec(entry.path) : null;
      if (match === null) return [];
      const [, section = "", folder = "", part] = match;
      const thread = threadIdOfFolder(name, folder);
      // The highest N is the oldest part.
      const order = -Number(part ?? 1);
      const found = {
        format: name,
        network: name,
        thread,
        section,
        entry,
        archive: 0,
        exportIndex: 0,
        order,
      };
      return [{ ...found, title: "", ...readHead(entry) }];
    },
    read,
  };
}

const headBytes = 1 << 15;

/** Who takes part and how new the part is, from its first bytes: both stand there. */
function readHead(entry: ExportEntry): Pick<FoundPart, "people" | "newestAt"> {
  let head: string;
  try {
    head = peekEntry(entry, headBytes).toString("utf8");
  } catch {
    return { people: [], newestAt: 0 }; // Reading it whole says what is wrong.
  }
  const list = /"participants"\s*:\s*(\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])/s.exec(head)?.[1];
  const time = Number(/"timestamp(?:_ms)?"\s*:\s*(\d{9,16})\b/.exec(head)?.[1] ?? 0);
  return { people: namesIn(list), newestAt: time < 1e11 ? time * 1000 : time };
}

function namesIn(list: string | undefined): string[] {
  try {
    const people: unknown = JSON.parse(list ?? "[]");
    return Array.isArray(people) ? people.map(nameOf).filter((name) => name !== "") : [];
  } catch {
    return []; // It is damaged, or longer than the head; the entries name their senders too.
  }
}

/** A participant is `{ name }`, and was a string in 2018. */
function nameOf(person: unknown): string {
  const name = isObject(person) ? person.name : person;
  return typeof name === "string" ? cleanText(name, true) : "";
}

async function* read(
  { entry }: FoundPart,
  { owner, tally, wholeFileBytes }: ReadContext,
): AsyncGenerator<ParsedEntry[], PartHeader> {
  const file = readMessageFile(entry, { wholeFileBytes, tally });
  const context: DyiContext = { owner, tally, file: entry.path, ...cleaners(true, tally) };
  let index = 0;
  for (;;) {
    const { done, value } = await file.next();
    if (done) {
      if (value.problem !== undefined) tally.problems.push({ file: entry.path, problem: value.problem });
      return readHeader(value.header ?? {}, context);
    }
    if (index === 0) Object.assign(context, cleaners(value.isAscii, tally));
    const entries: ParsedEntry[] = [];
    for (const message of value.messages) {
      const read = readDyiMessage(message, index++, context);
      if (read !== undefined) entries.push(read);
    }
    // Facebook writes the newest first; the order of equal times is the file's, reversed like all others.
    yield entries.reverse();
  }
}

const mostNames = 2_000;

function cleaners(needsRepair: boolean, tally: Tally): Pick<DyiContext, "clean" | "cleanName"> {
  const names = new Map<string, string>();
  const clean = (text: string) => {
    const cleaned = cleanText(text, needsRepair);
    if (cleaned !== text) tally.repaired++;
    return cleaned;
  };
  return {
    clean,
    cleanName(name) {
      const known = names.get(name);
      if (known === undefined) {
        const cleaned = clean(name);
        if (names.size < mostNames) names.set(name, cleaned);
        return cleaned;
      }
      if (known !== name) tally.repaired++;
      return known;
    },
  };
}

const headerKeys = new Set(
  "participants title is_still_participant thread_type thread_path magic_words image joinable_mode status messages".split(
    " ",
  ),
);

function readHeader(header: Json, context: DyiContext): PartHeader {
  for (const key in header) if (!headerKeys.has(key)) noteDrift(`thread.${key}`, -1, context);
  const people = Array.isArray(header.participants) ? header.participants : [];
  const { title } = header;
  return {
    title: typeof title === "string" ? context.clean(title) : undefined,
    participants: people.map(nameOf),
  };
}

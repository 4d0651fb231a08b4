/** Threads that lie in a folder of their own as `message_1.json` (the newest) to `message_N.json`. */
import { type ExportEntry, peekEntry } from "../../archives/index.ts";
import { noteDrift } from "../../tally.ts";
import type { ExportFormat, FoundPart, ParsedEntry, PartHeader, ReadContext } from "../format.ts";
import { readMessageFile } from "../json/index.ts";
import { cleanText, TextCleaner } from "../text/index.ts";
import { threadIdOfFolder } from "../thread-folder.ts";
import { EditedMessages } from "./edited.ts";
import { type DyiContext, readDyiMessage } from "./message.ts";
import { learnOwnSentences, type OwnSentences } from "./own-sentences.ts";
import { isObject, type Json } from "./shape.ts";

export function threadFolderFormat(network: "facebook" | "instagram"): ExportFormat {
  return {
    name: network,
    hasThreadIds: true,
    isNewestFirst: true,
    find(entry, { place }) {
      if (place?.network !== network) return [];
      const { section, folder, root, copy, number } = place;
      const found = {
        format: network,
        network,
        thread: threadIdOfFolder(network, folder),
        section,
        entry,
        archive: 0,
        root: `${root}${copy}`,
        exportIndex: 0,
        // The highest number is the oldest part's.
        order: -number,
      };
      return [{ ...found, title: "", ...readHead(entry) }];
    },
    learn: learnOwnSentences,
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
  { entry, network }: FoundPart,
  { owner, tally, wholeFileBytes, learned }: ReadContext,
): AsyncGenerator<ParsedEntry[], PartHeader> {
  const file = readMessageFile(entry, { wholeFileBytes, tally });
  const context: DyiContext = {
    owner,
    tally,
    file: entry.path,
    cleaner: new TextCleaner(true, tally),
    own: learned as OwnSentences | undefined,
  };
  const edited = network === "instagram" ? new EditedMessages(tally) : undefined;
  let index = 0;
  for (;;) {
    const { done, value } = await file.next();
    if (done) {
      edited?.finish();
      if (value.problem !== undefined) tally.problems.push({ file: entry.path, problem: value.problem });
      return readHeader(value.header ?? {}, context);
    }
    if (index === 0) context.cleaner = new TextCleaner(value.isAscii, tally);
    const entries = readNewestFirst(value.messages, index, context);
    yield edited === undefined ? entries : edited.settle(entries);
    index += value.messages.length;
  }
}

/**
 * Facebook writes the newest first; the order of equal times is the file's, reversed like all others.
 *
 * Each message is let go once it is read, so that the next collection need not copy it.
 *
 * @param first Index of the first message in its file.
 */
function readNewestFirst(messages: unknown[], first: number, context: DyiContext): ParsedEntry[] {
  const entries: ParsedEntry[] = [];
  for (let index = messages.length - 1; index >= 0; index--) {
    const read = readDyiMessage(messages[index], first + index, context);
    messages[index] = undefined;
    if (read !== undefined) entries.push(read);
  }
  return entries;
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
    title: typeof title === "string" ? context.cleaner.text(title) : undefined,
    participants: people.map(nameOf),
  };
}

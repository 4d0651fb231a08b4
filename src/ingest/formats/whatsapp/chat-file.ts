/** Reads a `.txt` that may be a chat of WhatsApp's. */
import path from "node:path";
import { UserError } from "../../../errors.ts";
import type { ExportEntry } from "../../archives/index.ts";
import { drop } from "../../tally.ts";
import type { FindOptions, FoundPart, NoteOutline, ParsedEntry, PartHeader, ReadContext } from "../format.ts";
import { UnreadableError } from "../unreadable-error.ts";
import { asAttached } from "./body.ts";
import { findFileStyle } from "./file-style.ts";
import { readHeader } from "./header.ts";
import { firstLinesOf, linesOfEntry } from "./lines.ts";
import { halfUnknown, type Reading, readWhatsAppLines, type WhatsAppMessage } from "./messages.ts";
import { type CountedPhrases, doubtOf, type OwnPhrases, PhraseCounts, phraseIn } from "./phrases.ts";
import type { DateOrder } from "./stamps/index.ts";
import { isWebExport, selfAmong } from "./web.ts";

/** The part of a thread that the file is; none when it is of another kind. */
export async function findChat(entry: ExportEntry, options: FindOptions): Promise<FoundPart[]> {
  const firstLines = firstLinesOf(entry, headBytes);
  if (!firstLines.some((line) => readHeader(line) !== undefined))
    return refuse(datesUnknown, entry, firstLines);
  const { orders, styles, clockWords } = await findFileStyle(() => linesOfEntry(entry));
  if (orders.length === 0) return refuse(datesUnknown, entry, firstLines);
  const isWeb = isWebExport(firstLines, styles[0], path.posix.basename(entry.path));
  const order = isWeb ? "mdy" : chooseOrder(orders, entry, options);
  const reading: Reading = { order, styles, clockWords, isWeb };
  const { people, newestAt, phrases, isHourUnknown } = await readPeople(entry, reading, {
    wording: wordingOf(entry, styles),
    note: options.noteOutline,
  });
  if (isHourUnknown) return refuse(hoursUnknown, entry, firstLines);
  if (!beginsLikeChat(firstLines, entry) && people.length < 2) return [];
  const title = titleOf(entry);
  const self = isWeb ? selfAmong(people) : undefined;
  return [
    {
      format: "whatsapp",
      network: "whatsapp",
      thread: "whatsapp",
      section: "chat",
      entry,
      archive: 0,
      root: "",
      exportIndex: 0,
      order: 0,
      title,
      people,
      newestAt,
      ...(self !== undefined && { self }),
      reading: { ...reading, phrases },
    },
  ];
}

const headBytes = 1 << 16;
const nameOfChat = /whatsapp|^_?chat\.txt$/i;

/** A text of another kind may have a date in it somewhere; a chat that was cut off at its beginning has several people. */
function beginsLikeChat(firstLines: string[], { path: name }: ExportEntry): boolean {
  if (nameOfChat.test(path.posix.basename(name))) return true;
  return writtenLines(firstLines)
    .slice(0, 3)
    .some((line) => readHeader(line) !== undefined);
}

/** A time, then somebody, then words. */
const looksSent = /^.{0,40}\p{Nd}[:.]\p{Nd}{2}.{0,20}?(?:[-–—\]] |: ).{1,60}?[:：]/u;

const datesUnknown = {
  problem: "its dates are written in a way that is not known",
  fix: "Set the phone to the Gregorian calendar, to numbers for dates (such as the region United Kingdom) and to a clock of 24 hours, and export the chat again.",
};
const hoursUnknown = {
  problem: `its times are ${halfUnknown}`,
  fix: "Set the phone to a clock of 24 hours, and export the chat again.",
};

/** None, where the file is no chat; else it says what is wrong with it. */
function refuse({ problem, fix }: typeof datesUnknown, entry: ExportEntry, firstLines: string[]): [] {
  if (!looksLikeChat(entry, firstLines)) return [];
  throw new UnreadableError(`no message could be read: ${problem}`, { fix });
}

function looksLikeChat({ path: name }: ExportEntry, firstLines: string[]): boolean {
  const lines = writtenLines(firstLines);
  const isCalledChat = nameOfChat.test(path.posix.basename(name)) && lines.length > 0;
  return isCalledChat || lines.filter((line) => looksSent.test(line)).length > Math.max(1, lines.length / 4);
}

function writtenLines(lines: string[]): string[] {
  return lines.filter((line) => line.trim() !== "");
}

function chooseOrder(
  orders: DateOrder[],
  { path: name }: ExportEntry,
  { dateOrder }: FindOptions,
): DateOrder {
  const asked = orders.find((order) => order === dateOrder);
  const [only, ...others] = orders as [DateOrder, ...DateOrder[]];
  if (asked !== undefined || others.length === 0) return asked ?? only;
  const readings = orders.map((order) => orderNames[order]).join(" or ");
  throw new UserError(`The dates in ${path.basename(name)} can be read as ${readings}.`, {
    fix: `Say which: persona import … --date-order ${orders.join(" (or ")}${")".repeat(others.length)}`,
  });
}

const orderNames: Record<DateOrder, string> = {
  dmy: "day/month/year",
  mdy: "month/day/year",
  ymd: "year/month/day",
};

/** `WhatsApp Chat with Ben.txt`, or `_chat.txt` in `WhatsApp Chat - Ben.zip` or in a folder of that name. */
function titleOf({ path: name, file, packed }: ExportEntry): string {
  const base = path.basename(name).replace(/\.txt$/i, "");
  const folder = path.posix.dirname(name) === "." ? path.dirname(file) : path.posix.dirname(name);
  const around = packed === undefined ? path.basename(folder) : path.basename(file, path.extname(file));
  const words = (/^_?chat$/.test(base) ? around : base).replace(
    /^.*?whatsapp.*?(?: - | with | mit | avec | con | com )/i,
    "",
  );
  return (words || base).normalize("NFC");
}

/** iPhones and the web page mark what they write; the name of an Android phone's file tells its language. */
function wordingOf({ path: name }: ExportEntry, styles: string[]): CountedPhrases["wording"] {
  if (styles.every((style) => style.startsWith("["))) return "marked";
  return /whatsapp.* (?:with|mit|avec|con|com|met) /i.test(name) ? "known" : "unknown";
}

/** A group of WhatsApp's has up to 1,024 people. */
const maxPeople = 2_000;

async function readPeople(
  entry: ExportEntry,
  reading: Reading,
  { wording, note }: Pick<CountedPhrases, "wording"> & { note: NoteOutline | undefined },
): Promise<Pick<FoundPart, "people" | "newestAt"> & { phrases: CountedPhrases; isHourUnknown: boolean }> {
  const people = new Set<string>();
  const phrases = new PhraseCounts(wording);
  let newestAt = 0;
  let unknownHours = 0;
  for await (const batch of readWhatsAppLines(linesOfEntry(entry), reading))
    for (const message of batch) {
      if ("dropped" in message) {
        if (message.dropped === "unsent") phrases.noteKnown();
        if (message.dropped === halfUnknown) unknownHours++;
        continue;
      }
      phrases.add(message);
      note?.(message);
      newestAt = Math.max(newestAt, message.sentAt);
      if (message.sender !== "" && people.size < maxPeople) people.add(message.sender);
    }
  const isHourUnknown = unknownHours > 0 && newestAt === 0;
  return { people: [...people], newestAt, phrases: phrases.counted(), isHourUnknown };
}

export async function* readChat(
  { entry, reading, title, people }: FoundPart,
  { tally, learned }: ReadContext,
): AsyncGenerator<ParsedEntry[], PartHeader> {
  let unknownHours = 0;
  for await (const batch of readWhatsAppLines(linesOfEntry(entry), reading as Reading)) {
    const entries: ParsedEntry[] = [];
    for (const message of batch) {
      tally.read++;
      if ("dropped" in message) {
        drop(tally, message.dropped);
        if (message.dropped === halfUnknown) unknownHours++;
      } else {
        const { sender, sentAt } = message;
        const { text, kind, attachments } = settlePhrase(message, learned as OwnPhrases | undefined, tally);
        entries.push({ sender, sentAt, text, kind, attachments, reactions: [] });
      }
    }
    yield entries;
  }
  if (unknownHours > 0) noteUnknownHours(unknownHours, entry, tally);
  return { title, participants: people };
}

function noteUnknownHours(count: number, { path: file }: ExportEntry, tally: ReadContext["tally"]): void {
  const messages = count === 1 ? "a message that is" : `${count} messages that are`;
  const problem = `has ${messages} ${halfUnknown} (set the phone to 24 hours, and export the chat again)`;
  tally.problems.push({ file, problem });
}

/** What becomes of a message with a phrase that is WhatsApp's; what only may be its own is kept and counted. */
function settlePhrase(
  message: WhatsAppMessage,
  own: OwnPhrases | undefined,
  tally: ReadContext["tally"],
): Pick<WhatsAppMessage, "text" | "kind" | "attachments"> {
  const { kind, text, attachments } = message;
  const phrase = own !== undefined && kind === "text" ? phraseIn(text) : undefined;
  const doubt = phrase && doubtOf(phrase, own as OwnPhrases);
  if (doubt === "uncertain") tally.uncertain++;
  if (phrase === undefined || doubt !== "certain") return message;
  if (phrase.kind === "placeholder") return { kind: "media", text: "", attachments };
  if (phrase.kind === "attachment") return asAttached(text);
  return { kind, text: text.slice(0, -phrase.phrase.length).trimEnd(), attachments };
}

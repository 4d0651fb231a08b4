/**
 * Reads WhatsApp's `.txt` exports: a line a message, in the format of the phone's language, and no more to say which.
 *
 * Times are those of the phone's clock, without a zone: they are taken as local time of this machine.
 */
import type { Attachment, MessageKind } from "../../../handoffs/index.ts";
import { readBody } from "./body.ts";
import { type ClockWords, isOwnWord, wordOf } from "./clock-words.ts";
import { type Header, readHeader } from "./header.ts";
import { type DateOrder, dayOf, timeOf } from "./stamps/index.ts";
import { readWebBody } from "./web.ts";

export interface WhatsAppMessage {
  /** As the phone's address book calls them; empty for a line that nobody sent. */
  sender: string;
  /** Unix time in milliseconds. */
  sentAt: number;
  text: string;
  kind: MessageKind;
  attachments: Attachment[];
}

export interface Reading {
  order: DateOrder;
  /** How the file's own messages begin. */
  styles: string[];
  /** What the words beside its times say that no table knows. */
  clockWords?: ClockWords | undefined;
  /** Whether it is WhatsApp Web's own export. */
  isWeb?: boolean | undefined;
}

/** WhatsApp cuts texts at 65,536 characters: what is longer is not one, and is not kept in memory. */
const maxCharacters = 200_000;

/**
 * Yields what the lines of a file hold, oldest first as they stand, a batch of messages for each of lines.
 *
 * A line that does not begin as the file's messages do goes on with the message before it.
 */
export async function* readWhatsAppLines(
  batches: AsyncIterable<string[]>,
  reading: Reading,
): AsyncGenerator<ReadMessage[]> {
  const reader = new LineReader(reading);
  for await (const lines of batches) yield lines.flatMap((line) => reader.read(line) ?? []);
  yield reader.end();
}

/** Why a message is left out whose hour could be one of two. */
export const halfUnknown = "before or after noon in a word that is not known";

type ReadMessage = WhatsAppMessage | { dropped: string };

class LineReader {
  readonly #reading: Reading;
  #open: OpenMessage | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The message that is over with this line. */
  read(raw: string): ReadMessage | undefined {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const header = readHeader(line);
    const open = this.#open;
    const time = header && timeOfOwn(header, this.#reading, open);
    if (header !== undefined && time !== undefined) {
      this.#open = { header, ...time, lines: [header.rest], characters: header.rest.length };
      return open && close(open, this.#reading);
    }
    if (open === undefined) return line.trim() === "" ? undefined : { dropped: "before the first message" };
    open.characters += line.length + 1;
    if (open.characters <= maxCharacters) open.lines.push(line);
    return undefined;
  }

  end(): ReadMessage[] {
    return this.#open === undefined ? [] : [close(this.#open, this.#reading)];
  }
}

interface OwnTime {
  sentAt: number;
  /** Then it is that of the day's beginning. */
  isHalfUnknown: boolean;
}

/** The time of a message of the file's own; undefined for a line that was pasted. */
function timeOfOwn(
  header: Header,
  { order, styles, clockWords = noWords }: Reading,
  open: OpenMessage | undefined,
): OwnTime | undefined {
  if (!styles.includes(header.style) || !isOwnWord(header, clockWords)) return undefined;
  const word = wordOf(header, clockWords);
  const isHalfUnknown = word === "untold";
  const sentAt = isHalfUnknown ? dayOf(header, order) : timeOf(header, order, word);
  if (sentAt === undefined) return undefined;
  // Of two chats in one file, lines of the one may still be pasted into the other.
  const isPasted = open !== undefined && open.header.style !== header.style && sentAt < open.sentAt;
  return isPasted ? undefined : { sentAt, isHalfUnknown };
}

const noWords: ClockWords = new Map();

interface OpenMessage extends OwnTime {
  header: Header;
  lines: string[];
  characters: number;
}

function close(
  { header, sentAt, isHalfUnknown, lines, characters }: OpenMessage,
  { isWeb = false }: Reading,
): WhatsAppMessage | { dropped: string } {
  if (isHalfUnknown) return { dropped: halfUnknown };
  if (characters > maxCharacters) return { dropped: "longer than a message can be" };
  const content = lines.join("\n");
  const isNotice = isWeb && content.startsWith("- ");
  const { sender, body } = isNotice ? { sender: "", body: content } : splitSender(content);
  const read = (isWeb && readWebBody(body)) || readBody(body, header);
  if (sender === "") {
    const kind = read.kind === "call" ? "call" : "service";
    return { sender, sentAt, text: "", kind, attachments: [] };
  }
  const { text, kind, attachments } = read;
  return kind === "unsent" ? { dropped: "unsent" } : { sender, sentAt, text, kind, attachments };
}

/** `Ana: hi`; lines that nobody sent have no colon, or one in a quoted name: `Ben created group "Rome: May"`. */
function splitSender(content: string): { sender: string; body: string } {
  const [, marked = "", body = ""] = /^([^\n:]+):(?: |(?=\n)|$)([\s\S]*)$/.exec(content) ?? [];
  const isQuoted = (marked.match(/["“”„«»]/g) ?? []).length % 2 === 1;
  if (marked === "" || isQuoted) return { sender: "", body: content };
  return { sender: plainName(marked), body };
}

/** Without direction marks, and without the `~` before people who are not in the address book. */
function plainName(name: string): string {
  const plain = name
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replace(/[\u00a0\u202f]/g, " ");
  return plain.trim().replace(/^~ ?/, "").normalize("NFC").toWellFormed();
}

/**
 * Reads WhatsApp's `.txt` exports: a line a message, in the format of the phone's language, and no more to say which.
 *
 * Times are those of the phone's clock, without a zone: they are taken as local time of this machine.
 */
import type { Attachment, MessageKind } from "../../../handoffs/index.ts";
import { readBody } from "./body.ts";
import { type DateOrder, dateOrders, type Header, readHeader, timeOf } from "./header.ts";

export type { DateOrder } from "./header.ts";

interface WhatsAppMessage {
  /** As the phone's address book calls them; empty for a line that nobody sent. */
  sender: string;
  /** Unix time in milliseconds. */
  sentAt: number;
  text: string;
  kind: MessageKind;
  attachments: Attachment[];
}

/**
 * Finds the order of day, month and year by trial over the whole file, in constant memory.
 *
 * An order falls out when it gives days that do not exist, lie in the future or before WhatsApp, or when it makes the
 * chat run backwards where another does not. Several orders: the file does not say. None: it is not a WhatsApp file.
 */
export async function findDateOrder(
  lines: AsyncIterable<string>,
  { now = Date.now() } = {},
): Promise<{ orders: DateOrder[] }> {
  const trials = dateOrders.map((order) => new Trial(order, now));
  for await (const line of lines) {
    const header = readHeader(line);
    if (header !== undefined) for (const trial of trials) trial.see(header);
  }
  return { orders: bestOf(trials).map(({ order }) => order) };
}

const dayMs = 86_400_000;

class Trial {
  readonly order: DateOrder;
  readonly #latest: number;
  #last = Number.NEGATIVE_INFINITY;
  possible = 0;
  impossible = 0;
  /** Steps back by more than a day: clocks that were set, or the wrong order. */
  backwards = 0;
  /** Grows apart as soon as two orders read one date in two ways. */
  sum = 0;

  constructor(order: DateOrder, now: number) {
    this.order = order;
    this.#latest = now + dayMs;
  }

  see(header: Header): void {
    const time = timeOf(header, this.order);
    if (time === undefined || time > this.#latest) {
      this.impossible++;
      return;
    }
    this.possible++;
    if (time < this.#last - dayMs) this.backwards++;
    this.#last = time;
    // Seconds, so that a sum over millions of messages stays exact.
    this.sum += time / 1000;
  }
}

/** How much rarer steps back have to be in one order than in another that has none of its own merits left. */
const clearMargin = 10;

function bestOf(trials: Trial[]): Trial[] {
  const fewestImpossible = Math.min(...trials.map(({ impossible }) => impossible));
  const possible = trials.filter((trial) => trial.possible > 0 && trial.impossible === fewestImpossible);
  const fewestBackwards = Math.min(...possible.map(({ backwards }) => backwards));
  const forwards = possible.filter(({ backwards }) => backwards <= clearMargin * fewestBackwards);
  return forwards.filter(
    (trial, index) => !forwards.slice(0, index).some((other) => other.sum === trial.sum),
  );
}

/** WhatsApp cuts texts at 65,536 characters: what is longer is not one, and is not kept in memory. */
const maxCharacters = 200_000;

/**
 * Yields what the lines of a file hold, oldest first as they stand, one message in memory at a time.
 *
 * A line that does not begin with a date goes on with the message before it.
 */
export async function* readWhatsAppLines(
  lines: AsyncIterable<string>,
  order: DateOrder,
): AsyncGenerator<WhatsAppMessage | { dropped: string }> {
  let open: OpenMessage | undefined;
  for await (const raw of lines) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const header = readHeader(line);
    const sentAt = header === undefined ? undefined : timeOf(header, order);
    if (header !== undefined && sentAt !== undefined) {
      if (open !== undefined) yield close(open);
      open = { sentAt, lines: [header.rest], characters: header.rest.length };
    } else if (open !== undefined) {
      open.characters += line.length + 1;
      if (open.characters <= maxCharacters) open.lines.push(line);
    } else if (line.trim() !== "") {
      yield { dropped: "before the first message" };
    }
  }
  if (open !== undefined) yield close(open);
}

interface OpenMessage {
  sentAt: number;
  lines: string[];
  characters: number;
}

function close({ sentAt, lines, characters }: OpenMessage): WhatsAppMessage | { dropped: string } {
  if (characters > maxCharacters) return { dropped: "longer than a message can be" };
  const { sender, body } = splitSender(lines.join("\n"));
  if (sender === "") {
    const kind = readBody(body).kind === "call" ? "call" : "service";
    return { sender, sentAt, text: "", kind, attachments: [] };
  }
  const { kind, ...rest } = readBody(body);
  return kind === "unsent" ? { dropped: "unsent" } : { sender, sentAt, kind, ...rest };
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

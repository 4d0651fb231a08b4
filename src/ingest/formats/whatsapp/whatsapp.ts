/** WhatsApp's export of one chat: a `.txt`, alone or in a zip, with dates in the format of the phone's language. */
import path from "node:path";
import { UserError } from "../../../errors.ts";
import { type ExportEntry, peekEntry } from "../../archives/index.ts";
import { drop } from "../../tally.ts";
import type {
  ExportFormat,
  FindOptions,
  FoundPart,
  ParsedEntry,
  PartHeader,
  ReadContext,
} from "../format.ts";
import { threadIdOfName } from "../thread-folder.ts";
import { readHeader } from "./header.ts";
import { linesOfEntry } from "./lines.ts";
import { type DateOrder, findDateOrder, readWhatsAppLines } from "./messages.ts";

export const whatsapp: ExportFormat = {
  name: "whatsapp",
  async find(entry, options) {
    if (!entry.path.endsWith(".txt") || !startsLikeChat(entry)) return [];
    const { orders } = await findDateOrder(linesOfEntry(entry));
    if (orders.length === 0) return [];
    const dateOrder = chooseOrder(orders, entry, options);
    const title = titleOf(entry);
    const found = { format: "whatsapp", network: "whatsapp", section: "chat", entry, order: 0 };
    const who = await readPeople(entry, dateOrder);
    return [
      {
        ...found,
        archive: 0,
        exportIndex: 0,
        thread: threadIdOfName("whatsapp", title),
        title,
        dateOrder,
        ...who,
      },
    ];
  },
  read,
};

const headBytes = 4096;

function startsLikeChat(entry: ExportEntry): boolean {
  try {
    const [first = ""] = peekEntry(entry, headBytes).toString("utf8").split("\n");
    return readHeader(first.replace(/\r$/, "")) !== undefined;
  } catch {
    return false;
  }
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
  const base = path.basename(name, ".txt");
  const folder = path.posix.dirname(name) === "." ? path.dirname(file) : path.posix.dirname(name);
  const around = packed === undefined ? path.basename(folder) : path.basename(file, path.extname(file));
  const words = (base === "_chat" ? around : base).replace(
    /^.*?whatsapp.*?(?: - | with | mit | avec | con | com )/i,
    "",
  );
  return (words || base).normalize("NFC");
}

/** A group of WhatsApp's has up to 1,024 people. */
const mostPeople = 2_000;

async function readPeople(
  entry: ExportEntry,
  order: DateOrder,
): Promise<Pick<FoundPart, "people" | "newestAt">> {
  const people = new Set<string>();
  let newestAt = 0;
  for await (const message of readWhatsAppLines(linesOfEntry(entry), order)) {
    if ("dropped" in message) continue;
    newestAt = Math.max(newestAt, message.sentAt);
    if (message.sender !== "" && people.size < mostPeople) people.add(message.sender);
  }
  return { people: [...people], newestAt };
}

const batchSize = 1_000;

async function* read(
  { entry, dateOrder, title, people }: FoundPart,
  { tally }: ReadContext,
): AsyncGenerator<ParsedEntry[], PartHeader> {
  let batch: ParsedEntry[] = [];
  for await (const message of readWhatsAppLines(linesOfEntry(entry), dateOrder as DateOrder)) {
    tally.read++;
    if ("dropped" in message) drop(tally, message.dropped);
    else batch.push({ ...message, reactions: [] });
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
  return { title, participants: people };
}

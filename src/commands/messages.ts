import type { Command } from "commander";
import { addFlags, type Chosen, type Table } from "../choices/index.ts";
import { didYouMean } from "../closest-names.ts";
import { UserError } from "../errors.ts";
import type { Message, MessageStore, ThreadSummary } from "../handoffs/index.ts";
import { openMessages } from "../ingest/index.ts";
import { printable } from "../printable.ts";
import { formatCount } from "../terminal.ts";
import { openContext } from "./command.ts";

const examples = `
Examples:
  persona messages
  persona messages --person Ben --since 2022-01-01
  persona messages --json | jq -r .text`;

const filters = {
  thread: { text: {}, value: "text", help: "show threads whose id or title contains this" },
  person: {
    text: {},
    help: "show threads in which this person takes part; with --json, what they wrote",
  },
  since: { day: {}, help: "show what was written on this day or later, such as 2022-01-31" },
} as const satisfies Table;
type Filters = Chosen<typeof filters>;

export function registerMessages(command: Command): void {
  addFlags(command, filters)
    .addHelpText("after", examples)
    .action(async (filters: Filters, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const store = await openMessages(workspace);
      requireAny(store.threads, filters);
      const threads = store.threads.filter((thread) => isWanted(thread, filters));
      if (terminal.json) await printMessages(store, threads, filters);
      else for (const line of table(store.owner, threads)) terminal.note(line);
    });
}

/** @throws {UserError} for a filter that nobody's name and no thread's title contains. */
function requireAny(threads: ThreadSummary[], { thread, person }: Filters): void {
  const titles = threads.flatMap(({ id, title }) => [title, id]);
  const names = threads.flatMap(({ people }) => people.map(({ name }) => name));
  for (const [typed, known, nothing] of [
    [thread, titles, "No thread in the message store"],
    [person, names, "Nobody in the message store"],
  ] as const) {
    if (typed === undefined || known.some((text) => contains(text, typed))) continue;
    throw new UserError(`${nothing} is called "${typed}".`, {
      fix: didYouMean(typed, new Set(known)) ?? "See persona messages for every name.",
    });
  }
}

function isWanted({ id, title, people, lastAt }: ThreadSummary, { thread, person, since }: Filters): boolean {
  return (
    (thread === undefined || contains(id, thread) || contains(title, thread)) &&
    (person === undefined || people.some(({ name }) => contains(name, person))) &&
    (since === undefined || (lastAt ?? 0) >= since)
  );
}

function contains(text: string, part: string): boolean {
  return text.toLocaleLowerCase().includes(part.normalize("NFC").toLocaleLowerCase());
}

async function printMessages(
  store: Required<MessageStore>,
  threads: ThreadSummary[],
  { since = Number.NEGATIVE_INFINITY, person }: Filters,
): Promise<void> {
  for (const thread of threads) {
    for await (const batch of store.readBatches(thread)) {
      const wanted = batch.filter(
        ({ sentAt, sender }) => (sentAt ?? 0) >= since && (person === undefined || contains(sender, person)),
      );
      const lines = wanted.map((message) => `${JSON.stringify(asLine(message))}\n`).join("");
      if (!process.stdout.write(lines)) {
        await new Promise<void>((resolve) => process.stdout.once("drain", () => resolve()));
      }
    }
  }
}

function asLine({
  thread,
  sender,
  sentAt,
  text,
  kind,
  attachments,
  reactions,
  callSeconds,
  source,
}: Message) {
  const time = sentAt === null ? null : new Date(sentAt).toISOString();
  const call = callSeconds === undefined ? {} : { callSeconds };
  return { thread, sender, sentAt: time, text, kind, attachments, reactions, ...call, source };
}

function* table(owner: string, threads: ThreadSummary[]): Generator<string> {
  const day = (time: number | null) =>
    time === null ? "?".padEnd(10) : new Date(time).toISOString().slice(0, 10);
  yield "messages  from you  people  first       last        section            thread";
  for (const thread of threads.toSorted((a, b) => b.entries - a.entries)) {
    const own = thread.people.find(({ name }) => name === owner)?.texts ?? 0;
    const share = thread.texts > 0 ? `${Math.round((100 * own) / thread.texts)} %` : "–";
    const columns = [
      formatCount(thread.entries).padStart(8),
      share.padStart(8),
      String(thread.people.length).padStart(6),
      day(thread.firstAt),
      day(thread.lastAt),
      thread.section.padEnd(17),
    ];
    yield `${columns.join("  ")}  ${printable(thread.title || thread.id)}${thread.isGroup ? " (group)" : ""}`;
  }
  const entries = threads.reduce((sum, thread) => sum + thread.entries, 0);
  yield `${formatCount(entries).padStart(8)}  in ${formatCount(threads.length)} threads`;
}

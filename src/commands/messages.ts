import type { Command } from "commander";
import type { Message, MessageStore, ThreadSummary } from "../handoffs.ts";
import { openMessages } from "../ingest/index.ts";
import { printable } from "../printable.ts";
import { formatCount } from "../terminal.ts";
import { openContext } from "./command.ts";

const examples = `
Examples:
  persona messages
  persona messages --person Ben --since 2022-01-01
  persona messages --json | jq -r .text`;

interface Filters {
  thread?: string;
  person?: string;
  since?: Date;
}

export function registerMessages(program: Command): void {
  program
    .command("messages")
    .description("show what is in the store: threads, people, spans; --json prints every message")
    .option("--thread <text>", "threads whose id or title contains this")
    .option("--person <name>", "threads in which this person takes part")
    .option("--since <date>", "from this day on (2022-01-31)", (date) => new Date(date))
    .addHelpText("after", examples)
    .action(async (filters: Filters, command: Command) => {
      const { terminal, workspace } = await openContext(command);
      const store = await openMessages(workspace);
      const threads = store.threads.filter((thread) => isWanted(thread, filters));
      if (terminal.json) await printMessages(store, threads, filters);
      else for (const line of table(store.owner, threads)) terminal.note(line);
    });
}

function isWanted({ id, title, people, lastAt }: ThreadSummary, { thread, person, since }: Filters): boolean {
  const contains = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());
  return (
    (thread === undefined || contains(id, thread) || contains(title, thread)) &&
    (person === undefined || people.some(({ name }) => contains(name, person))) &&
    (since === undefined || (lastAt ?? 0) >= since.getTime())
  );
}

async function printMessages(
  store: MessageStore,
  threads: ThreadSummary[],
  { since }: Filters,
): Promise<void> {
  const from = since?.getTime() ?? Number.NEGATIVE_INFINITY;
  for (const thread of threads) {
    for await (const message of store.read(thread)) {
      if ((message.sentAt ?? 0) >= from && !process.stdout.write(`${JSON.stringify(asLine(message))}\n`)) {
        await new Promise((resolve) => process.stdout.once("drain", resolve));
      }
    }
  }
}

function asLine({ thread, sender, sentAt, text, kind, attachments, reactions, source }: Message) {
  const time = sentAt === null ? null : new Date(sentAt).toISOString();
  return { thread, sender, sentAt: time, text, kind, attachments, reactions, source };
}

function* table(owner: string, threads: ThreadSummary[]): Generator<string> {
  const day = (time: number | null) => (time === null ? "?" : new Date(time).toISOString().slice(0, 10));
  yield "messages  from you  people  first       last        thread";
  for (const thread of threads.toSorted((a, b) => b.entries - a.entries)) {
    const own = thread.people.find(({ name }) => name === owner)?.texts ?? 0;
    const share = thread.texts > 0 ? `${Math.round((100 * own) / thread.texts)} %` : "–";
    const columns = [
      formatCount(thread.entries).padStart(8),
      share.padStart(8),
      String(thread.people.length).padStart(6),
    ];
    yield `${columns.join("  ")}  ${day(thread.firstAt)}  ${day(thread.lastAt)}  ${printable(thread.title || thread.id)}`;
  }
}

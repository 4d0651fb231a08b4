import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Message, MessageStore, ThreadSummary } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { mergeSources, type PlacedEntry } from "../merge/index.ts";
import { joinThreads } from "./joined-threads.ts";
import type { StoredThread } from "./stored-thread.ts";
import { readThreadFile } from "./thread-file.ts";

export function indexFile(workspace: Workspace): string {
  return path.join(workspace.messages, "index.json");
}

/** What reading takes of the index. */
interface ReadIndex {
  owner: string;
  threads: StoredThread[];
}

/** Opens a store whose index the main thread has checked. */
export async function openStore(told: unknown): Promise<MessageStore> {
  const workspace = told as Workspace;
  return storeOf(workspace, JSON.parse(await readFile(indexFile(workspace), "utf8")));
}

export function storeOf(workspace: Workspace, index: ReadIndex): Required<Omit<MessageStore, "namesNow">> {
  const joined = joinThreads(index.threads, index.owner);
  const filesOf = new Map(joined.map(({ summary, files }) => [summary.id, files]));
  const readBatches = (thread: ThreadSummary) => readThread(workspace, thread, filesOf.get(thread.id) ?? []);
  return {
    owner: index.owner,
    threads: joined.map(({ summary }) => summary),
    readBatches,
    async *read(thread) {
      for await (const batch of readBatches(thread)) yield* batch;
    },
  };
}

/** The messages of a thread in batches, oldest first, from the one or two files that hold it. */
async function* readThread(
  workspace: Workspace,
  { id }: ThreadSummary,
  files: StoredThread[],
): AsyncGenerator<Message[]> {
  const sources = files.map((file) => ({ batches: readThreadFile(workspace, file), asOf: file.asOf }));
  for await (const { entries } of mergeSources(sources)) {
    yield entries.map((entry) => toMessage(id, entry));
  }
}

const nothing: never[] = [];

/**
 * A reader may keep a hundred thousand messages: each is made in one piece, and shares what is the same in most. Half the
 * memory of a parsed line that properties were added to.
 */
function toMessage(thread: string, entry: PlacedEntry): Message {
  const { sentAt, text, kind, attachments, reactions, callSeconds } = entry;
  const message: Message = {
    thread,
    sender: shared(entry.sender),
    sentAt,
    text,
    kind,
    attachments: attachments.length === 0 ? nothing : attachments,
    reactions: reactions.length === 0 ? nothing : reactions,
    source: shared(entry.source),
  };
  if (callSeconds !== undefined) message.callSeconds = callSeconds;
  return message;
}

/** Senders and sources are few and recur. */
const known = new Map<string, string>();
const maxKnown = 1_000;

function shared(text: string): string {
  const same = known.get(text);
  if (same !== undefined) return same;
  if (known.size >= maxKnown) known.clear();
  known.set(text, text);
  return text;
}

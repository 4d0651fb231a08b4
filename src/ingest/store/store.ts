import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { UserError } from "../../errors.ts";
import type { Message, MessageStore, ThreadSummary } from "../../handoffs.ts";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";
import { mergeSources } from "../threads/merge.ts";
import { joinThreads } from "./joined-threads.ts";
import { StoredThread } from "./stored-thread.ts";
import { readThreadFile, threadFile } from "./thread-file.ts";

/** A person who is not to be in the store any more, under a name that cannot be read back. */
export const Tombstone = z.object({ salt: z.string(), hash: z.string(), length: z.int() });
export type Tombstone = z.infer<typeof Tombstone>;

/** `messages/index.json`, written last: what it does not name is not in the store. */
export const StoreIndex = z.object({
  format: z.literal(2),
  owner: z.string(),
  /** The export that the owner's name was taken from. */
  ownerFrom: z.object({ network: z.string(), asOf: z.number() }),
  threads: z.array(StoredThread),
  forgotten: z.array(Tombstone),
});
export type StoreIndex = z.infer<typeof StoreIndex>;

const indexFile = (workspace: Workspace) => path.join(workspace.messages, "index.json");

export async function readIndex(workspace: Workspace): Promise<StoreIndex | undefined> {
  let text: string;
  try {
    text = await readFile(indexFile(workspace), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const index = StoreIndex.safeParse(parseJson(text));
  if (index.success) return index.data;
  throw new UserError(`${indexFile(workspace)} is not an index that this version can read.`, {
    fix: "Move the messages folder away and import your exports again.",
    cause: index.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Opens the store that `persona import` wrote. */
export async function openMessages(workspace: Workspace): Promise<Required<MessageStore>> {
  const index = await readIndex(workspace);
  if (index === undefined) {
    throw new UserError(`There are no messages in ${workspace.messages} yet.`, {
      fix: "Import an export first: persona import ~/Downloads/facebook-*.zip",
    });
  }
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
    yield entries.map((entry) => Object.assign(entry, { thread: id }));
  }
}

/** Publishes an import: the index first, then the files that it does not name go. */
export async function writeIndex(workspace: Workspace, index: StoreIndex): Promise<void> {
  await writeFileAtomically(indexFile(workspace), `${JSON.stringify(index, undefined, 1)}\n`);
  await removeUnnamed(workspace, index);
}

/** Removes what earlier imports left behind, finished or killed. */
export async function removeUnnamed(workspace: Workspace, index: Pick<StoreIndex, "threads">): Promise<void> {
  const current = new Set(index.threads.map((thread) => path.basename(threadFile(workspace, thread))));
  for (const name of await readdir(workspace.messages)) {
    const isOurs = name.endsWith(".jsonl") || name.endsWith(".tmp");
    if (isOurs && !current.has(name)) await rm(path.join(workspace.messages, name), { force: true });
  }
}

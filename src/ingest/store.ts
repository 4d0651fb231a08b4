import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";
import { UserError } from "../errors.ts";
import { type Message, type MessageStore, ThreadSummary } from "../handoffs.ts";
import { asideName, makePrivateDirectory, type Workspace, writeFileAtomically } from "../workspace.ts";

/** `messages/index.json`, written last: what it does not name is not in the store. */
export const StoreIndex = z.object({
  format: z.literal(1),
  owner: z.string(),
  threads: z.array(ThreadSummary),
});
export type StoreIndex = z.infer<typeof StoreIndex>;

const indexFile = (workspace: Workspace) => path.join(workspace.messages, "index.json");
const threadFile = (workspace: Workspace, { id, sha256 }: Pick<ThreadSummary, "id" | "sha256">) =>
  path.join(workspace.messages, `${id}.${sha256.slice(0, 12)}.jsonl`);

export async function readIndex(workspace: Workspace): Promise<StoreIndex | undefined> {
  let text: string;
  try {
    text = await readFile(indexFile(workspace), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const index = StoreIndex.safeParse(JSON.parse(text));
  if (index.success) return index.data;
  throw new UserError(`${indexFile(workspace)} is not an index that this version can read.`, {
    fix: "Move the messages folder away and import your exports again.",
    cause: index.error,
  });
}

/** Opens the store that `persona import` wrote. */
export async function openMessages(workspace: Workspace): Promise<MessageStore> {
  const index = await readIndex(workspace);
  if (index === undefined) {
    throw new UserError(`There are no messages in ${workspace.messages} yet.`, {
      fix: "Import an export first: persona import ~/Downloads/facebook-*.zip",
    });
  }
  return {
    owner: index.owner,
    threads: index.threads,
    read: (thread) => readThread(workspace, thread),
    readBatches: (thread) => readThreadBatches(workspace, thread),
  };
}

export async function* readThread(workspace: Workspace, thread: ThreadSummary): AsyncGenerator<Message> {
  const lines = createInterface({ input: createReadStream(threadFile(workspace, thread)), crlfDelay: 0 });
  for await (const line of lines) {
    const { attachments = [], reactions = [], text = "", kind = "text", ...rest } = JSON.parse(line);
    yield { thread: thread.id, text, kind, attachments, reactions, ...rest };
  }
}

const chunkBytes = 1 << 20;
const newline = 0x0a;

/**
 * The messages of a thread, those of each megabyte of its file parsed at once.
 *
 * It waits for the disk: for thousands of small files, promises cost more than that.
 */
async function* readThreadBatches(workspace: Workspace, thread: ThreadSummary): AsyncGenerator<Message[]> {
  const descriptor = openSync(threadFile(workspace, thread), "r");
  try {
    // One byte more than a small file has, so that its end is seen at once.
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, fstatSync(descriptor).size + 1));
    let rest = Buffer.alloc(0);
    for (let isOver = false; !isOver; ) {
      const bytes = readSync(descriptor, chunk, 0, chunk.length, null);
      isOver = bytes < chunk.length;
      const end = isOver ? bytes : chunk.lastIndexOf(newline, bytes - 1) + 1;
      const lines = Buffer.concat([rest, chunk.subarray(0, end)]);
      const isWhole = end > 0 || isOver;
      rest = isWhole ? Buffer.from(chunk.subarray(end, bytes)) : Buffer.concat([rest, chunk]);
      if (isWhole && lines.length > 0) yield parseLines(lines, thread.id);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Strings of JSON hold no newline, so lines become an array when commas take the newlines' place. */
function parseLines(lines: Buffer, thread: string): Message[] {
  const text = lines.toString("utf8").trimEnd().replaceAll("\n", ",");
  const values: Partial<Message>[] = JSON.parse(`[${text}]`);
  for (const value of values) {
    value.thread = thread;
    value.text ??= "";
    value.kind ??= "text";
    value.attachments ??= [];
    value.reactions ??= [];
  }
  return values as Message[];
}

/** Writes one thread aside and names it by its content, so that a killed import leaves the old file in place. */
export async function writeThread(
  workspace: Workspace,
  id: string,
  messages: Iterable<Message>,
): Promise<{ sha256: string; bytes: number }> {
  await makePrivateDirectory(workspace.messages);
  const aside = asideName(path.join(workspace.messages, `${id}.jsonl`));
  const hash = createHash("sha256");
  try {
    const bytes = await writeLines(aside, messages, hash);
    const sha256 = hash.digest("hex");
    await rename(aside, threadFile(workspace, { id, sha256 }));
    return { sha256, bytes };
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

const flushCharacters = 1 << 18;

async function writeLines(file: string, messages: Iterable<Message>, hash: Hash): Promise<number> {
  const handle = await open(file, "wx", 0o600);
  let bytes = 0;
  const flush = async (text: string) => {
    const buffer = Buffer.from(text);
    hash.update(buffer);
    bytes += buffer.length;
    await handle.write(buffer);
  };
  try {
    let pending = "";
    for (const message of messages) {
      pending += line(message);
      if (pending.length < flushCharacters) continue;
      await flush(pending);
      pending = "";
    }
    await flush(pending);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return bytes;
}

/** The thread stands in the file's name; what is empty or usual is left out. */
function line({ sender, sentAt, text, kind, attachments, reactions, source }: Message): string {
  let json = `{"sender":${JSON.stringify(sender)},"sentAt":${sentAt}`;
  if (text !== "") json += `,"text":${JSON.stringify(text)}`;
  if (kind !== "text") json += `,"kind":"${kind}"`;
  if (attachments.length > 0) json += `,"attachments":${JSON.stringify(attachments)}`;
  if (reactions.length > 0) json += `,"reactions":${JSON.stringify(reactions)}`;
  return `${json},"source":"${source}"}\n`;
}

/** Publishes an import: the index first, then the files that it does not name go. */
export async function writeIndex(workspace: Workspace, index: StoreIndex): Promise<void> {
  await writeFileAtomically(indexFile(workspace), `${JSON.stringify(index, undefined, 1)}\n`);
  await removeUnnamed(workspace, index);
}

/** Removes what earlier imports left behind, finished or killed. */
export async function removeUnnamed(workspace: Workspace, index: StoreIndex): Promise<void> {
  const current = new Set(index.threads.map((thread) => path.basename(threadFile(workspace, thread))));
  for (const name of await readdir(workspace.messages)) {
    const isOurs = name.endsWith(".jsonl") || name.endsWith(".tmp");
    if (isOurs && !current.has(name)) await rm(path.join(workspace.messages, name), { force: true });
  }
}

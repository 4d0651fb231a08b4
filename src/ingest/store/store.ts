import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { codeOf } from "../../disk-errors.ts";
import { UserError } from "../../errors.ts";
import { type Workspace, writeFileAtomically } from "../../workspace.ts";
import { Erased, Tombstone } from "../forgotten/index.ts";
import { indexFile } from "./read-store.ts";
import { StoredThread } from "./stored-thread.ts";
import { importAnew, threadFile } from "./thread-file.ts";

/** `messages/index.json`, written last: what it does not name is not in the store. */
export const StoreIndex = z.object({
  format: z.literal(2),
  owner: z.string(),
  /** The export that the owner's name was taken from. */
  ownerFrom: z.object({ network: z.string(), asOf: z.number() }),
  threads: z.array(StoredThread),
  forgotten: z.array(Tombstone),
  /** By what a later export of the owner's is known, whatever they are called then: hashes of what is in their profiles. */
  account: z.array(z.string()).optional(),
  /** Where people who were forgotten had written, so that they are known under another name. */
  erased: Erased.optional(),
});
export type StoreIndex = z.infer<typeof StoreIndex>;

export async function readIndex(workspace: Workspace): Promise<StoreIndex | undefined> {
  let text: string;
  try {
    text = await readFile(indexFile(workspace), "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code !== "EISDIR") throw error;
    text = "";
  }
  const index = StoreIndex.safeParse(parseJson(text));
  if (index.success) return index.data;
  throw new UserError(`${indexFile(workspace)} is not an index this version can read.`, {
    fix: importAnew,
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

/** Publishes an import: the index first, then the files that it does not name go. */
export async function writeIndex(workspace: Workspace, index: StoreIndex): Promise<void> {
  await writeFileAtomically(indexFile(workspace), `${JSON.stringify(index, undefined, 1)}\n`);
  await removeUnnamed(workspace, index);
}

/** Removes what earlier imports left behind, finished or killed. */
export async function removeUnnamed(workspace: Workspace, index: Pick<StoreIndex, "threads">): Promise<void> {
  for (const name of await unnamedFiles(workspace, index))
    await rm(path.join(workspace.messages, name), { force: true });
}

/** Files of threads that are not in the store, or not yet. */
export async function unnamedFiles(
  workspace: Workspace,
  { threads }: Pick<StoreIndex, "threads">,
): Promise<string[]> {
  const current = new Set(threads.map((thread) => path.basename(threadFile(workspace, thread))));
  const isOurs = (name: string) => name.endsWith(".jsonl") || name.endsWith(".tmp");
  return (await readdir(workspace.messages)).filter((name) => isOurs(name) && !current.has(name));
}

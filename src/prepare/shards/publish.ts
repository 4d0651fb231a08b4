import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { readManifest } from "../../handoffs/index.ts";
import { isRunning } from "../../running-process.ts";
import { asideName, makePrivateDirectory, writerOf } from "../../workspace.ts";

/** Folders of this process. One with its id that is not among them was left by another one with the same id. */
const ownFolders = new Set<string>();

/** Calls `use` with a new folder beside `directory`, which is gone when it has ended; a rename may have taken it away. */
export async function withFolderAside<T>(directory: string, use: (aside: string) => Promise<T>): Promise<T> {
  const aside = asideName(directory);
  ownFolders.add(aside);
  try {
    await makePrivateDirectory(aside);
    return await use(aside);
  } finally {
    await rm(aside, { recursive: true, force: true });
    ownFolders.delete(aside);
  }
}

/** Removes what processes that are gone were writing. */
export async function removeAbandoned(shards: string): Promise<void> {
  for (const name of await readdir(shards)) {
    const folder = path.join(shards, name);
    const writer = writerOf(name);
    if (writer === undefined) continue;
    const isAtWork = writer === process.pid ? ownFolders.has(folder) : isRunning(writer);
    if (!isAtWork) await rm(folder, { recursive: true, force: true });
  }
}

/** Gives a data set its name. One that another process published meanwhile stays: it is the same. */
export async function publish(aside: string, directory: string): Promise<void> {
  try {
    await rename(aside, directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    if ((await readManifest(directory)) !== undefined) return;
    // A folder without a manifest is not a data set: its deletion was interrupted.
    await rm(directory, { recursive: true, force: true });
    await rename(aside, directory);
  }
}

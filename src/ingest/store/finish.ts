import path from "node:path";
import { tryLock, withLock } from "../../lock-file.ts";
import type { Workspace } from "../../workspace.ts";
import {
  createForgotten,
  type EarlierName,
  readEarlierNames,
  writeEarlierNames,
} from "../forgotten/index.ts";
import { readIndex, removeUnnamed, type StoreIndex, unnamedFiles } from "./store.ts";

/** Runs work that changes the store, which no other process may do at the same time. */
export function withStoreLock<T>(workspace: Workspace, task: string, work: () => Promise<T>): Promise<T> {
  return withLock(lockOf(workspace), task, work);
}

function lockOf({ messages }: Workspace): string {
  return path.join(messages, "import.lock");
}

/**
 * Ends what was killed after it had written the index: files and names of people who are forgotten by then would lie there
 * until the next import.
 */
export async function finishUpdate(workspace: Workspace, index: StoreIndex): Promise<void> {
  if (!(await isUnfinished(workspace, index))) return;
  // Whoever is at work here comes to it in the end, and whoever may only read leaves it to others.
  const lock = await tryLock(lockOf(workspace), "finishing what was interrupted").catch(() => undefined);
  if (lock === undefined) return;
  try {
    const { threads, forgotten } = (await readIndex(workspace)) ?? index;
    await removeUnnamed(workspace, { threads });
    await writeEarlierNames(workspace, namesOfOthers(await readEarlierNames(workspace), { forgotten }));
  } finally {
    lock.release();
  }
}

async function isUnfinished(workspace: Workspace, index: StoreIndex): Promise<boolean> {
  const names = await readEarlierNames(workspace);
  if (namesOfOthers(names, index).length < names.length) return true;
  return (await unnamedFiles(workspace, index)).length > 0;
}

/** Names that people had before, of those who are not forgotten. */
function namesOfOthers(names: EarlierName[], { forgotten }: Pick<StoreIndex, "forgotten">): EarlierName[] {
  const { has } = createForgotten(forgotten)("");
  return names.filter(({ from, to }) => !has(from) && !has(to));
}

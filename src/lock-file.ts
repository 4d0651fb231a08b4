import { rmSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "./errors.ts";
import { isRunning } from "./running-process.ts";
import { makePrivateDirectory } from "./workspace.ts";

/**
 * Runs work that no other process may do at the same time.
 *
 * The lock is a file with the process's id; one whose process is gone is taken over.
 *
 * @param task What is being done, for the error that whoever comes second gets.
 */
export async function withLock<T>(file: string, task: string, work: () => Promise<T>): Promise<T> {
  await makePrivateDirectory(path.dirname(file));
  await takeLock(file, task);
  try {
    return await work();
  } finally {
    // Both at once, so that nobody in this process comes between.
    rmSync(file, { force: true });
    heldHere.delete(path.resolve(file));
  }
}

/** Locks of this process. A file with its id that is not among them was left by another one with the same id. */
const heldHere = new Set<string>();

async function takeLock(file: string, task: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, "wx", 0o600);
      heldHere.add(path.resolve(file));
      await handle.writeFile(String(process.pid));
      await handle.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = await readHolder(file);
      if (holder === process.pid ? heldHere.has(path.resolve(file)) : isRunning(holder)) {
        throw new UserError(`Another process (${holder}) is ${task}.`, {
          fix: "Wait until it has finished.",
        });
      }
      await rm(file, { force: true });
    }
  }
  throw new UserError(`${file} cannot be locked.`, { fix: "Remove it when no other command is at work." });
}

/** The process that a lock names; 0 when it names none after the moment that writing takes. */
async function readHolder(file: string): Promise<number> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const content = await readFile(file, "utf8").catch(() => "0");
    if (content !== "") return Number(content) || 0;
    await sleep(20);
  }
  return 0;
}

import { open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "./errors.ts";
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
    await rm(file, { force: true });
  }
}

async function takeLock(file: string, task: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, "wx", 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(await readFile(file, "utf8").catch(() => "0"));
      if (holder > 0 && isAlive(holder)) {
        throw new UserError(`Another process (${holder}) is ${task}.`, {
          fix: "Wait until it has finished.",
        });
      }
      await rm(file, { force: true });
    }
  }
  throw new UserError(`${file} cannot be locked.`, { fix: "Remove it when no other command is at work." });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

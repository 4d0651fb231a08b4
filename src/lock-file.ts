import { rmSync } from "node:fs";
import { open, readFile, rm, stat } from "node:fs/promises";
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
  // Longer than a guard may stand: one that was left a moment ago is outlived.
  const deadline = Date.now() + mostGuardMs + 2000;
  while (Date.now() < deadline) {
    if (await createLock(file)) {
      // One that was killed while it took over may have left its guard, and nobody needs one while this lock is held.
      await rm(guardOf(file), { force: true });
      return;
    }
    const holder = await readHolder(file);
    if (isAtWork(holder, file)) {
      throw new UserError(`Another process (${holder}) is ${task}.`, { fix: "Wait until it has finished." });
    }
    await removeAbandoned(file, async () => !isAtWork(await readHolder(file), file));
  }
  throw new UserError(`${file} cannot be locked.`, { fix: "Remove it when no other command is at work." });
}

/** False when the file is there already. */
async function createLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    heldHere.add(path.resolve(file));
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isAtWork(holder: number, file: string): boolean {
  return holder === process.pid ? heldHere.has(path.resolve(file)) : isRunning(holder);
}

/**
 * Removes a lock whose process is gone. One process at a time does so and looks again first: what was abandoned a moment
 * ago may be another's new lock now.
 */
export async function removeAbandoned(file: string, isAbandoned: () => Promise<boolean>): Promise<void> {
  const guard = guardOf(file);
  try {
    await (await open(guard, "wx", 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await removeOldGuard(guard);
    await sleep(20);
    return;
  }
  try {
    if (await isAbandoned()) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

const guardOf = (file: string) => `${file}.takeover`;

/** A guard stands for milliseconds; one this old was left by a process that was killed just then. */
const mostGuardMs = 10_000;

async function removeOldGuard(guard: string): Promise<void> {
  const age = await stat(guard).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > mostGuardMs) await rm(guard, { force: true });
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

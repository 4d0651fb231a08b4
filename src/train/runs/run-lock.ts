import { randomUUID } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeAbandoned } from "../../lock-file.ts";

const pollMs = 10;
/** Nothing is done under the lock for so long: its holder died. */
const abandonedMs = 30_000;

/** Does one short piece of work on a run's files while no other process of any machine that shares them does. */
export async function withRunLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(directory, "record.lock");
  const name = randomUUID();
  while (!(await takeLock(lock, name))) await sleep(pollMs);
  try {
    return await work();
  } finally {
    // A holder that slept for so long that it was taken for dead finds another's lock.
    if ((await readFile(lock, "utf8").catch(() => "")) === name) await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, name: string): Promise<boolean> {
  try {
    const handle = await open(lock, "wx", 0o600);
    await handle.writeFile(name).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (await isAbandoned(lock)) await removeAbandoned(lock, () => isAbandoned(lock));
    return false;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > abandonedMs;
}

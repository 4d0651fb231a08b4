import { open, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 10;
/** Nothing is done under the lock for so long: its holder died. */
const abandonedMs = 30_000;

/** Does one short piece of work on a run's files while no other process of any machine that shares them does. */
export async function withRunLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(directory, "record.lock");
  while (!(await takeLock(lock))) await sleep(pollMs);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const found = await stat(lock).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedMs) await rm(lock, { force: true });
    return false;
  }
}

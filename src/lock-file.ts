/** Locks that are files: of many processes that ask for one, one at a time has it. */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { open, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "./errors.ts";
import { isRunning } from "./running-process.ts";
import { makePrivateDirectory } from "./workspace.ts";

/** What a lock's file says about whoever holds it. */
export interface LockHolder {
  /** 0 where the file does not say. */
  pid: number;
  /** Tells apart two that hold the lock one after the other in the same process. */
  id: string;
  /** What is being done, such as `importing into this store`. */
  task: string;
  ageMs: number;
}

interface Lock {
  release(): void;
}

const pollMs = 10;

/**
 * Runs work that no other process may do at the same time; whoever comes second gets an error.
 *
 * @param task What is being done, for that error.
 */
export async function withLock<T>(file: string, task: string, work: () => Promise<T>): Promise<T> {
  await makePrivateDirectory(path.dirname(file));
  const lock = await takeOrRefuse(file, task);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function takeOrRefuse(file: string, task: string): Promise<Lock> {
  // Longer than a guard may stand: one that was left a moment ago is outlived.
  for (const deadline = Date.now() + maxGuardMs + 2000; Date.now() < deadline; await sleep(pollMs)) {
    const lock = await tryLock(file, task);
    if (lock !== undefined) return lock;
    const holder = await readHolder(file);
    if (holder !== undefined && isAtWork(holder)) {
      throw new UserError(`Another process (${holder.pid}) is ${holder.task}.`, {
        fix: "Wait until it has finished.",
      });
    }
  }
  throw new UserError(`${file} cannot be locked.`, { fix: "Remove it when no other command is at work." });
}

/** Runs work that no other process may do at the same time; whoever comes second waits. */
export async function withLockInTurn<T>(
  file: string,
  task: string,
  isAbandoned: (holder: LockHolder) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  let lock = await tryLock(file, task, isAbandoned);
  for (; lock === undefined; lock = await tryLock(file, task, isAbandoned)) await sleep(pollMs);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * Takes a lock unless somebody holds it. An abandoned one is removed, so that the next try may have it.
 *
 * @param isAbandoned Whether its holder will never release it. By default that is a process of this machine that is gone.
 */
export async function tryLock(
  file: string,
  task: string,
  isAbandoned: (holder: LockHolder) => boolean = isProcessGone,
): Promise<Lock | undefined> {
  const lock = await createLock(file, task);
  if (lock !== undefined) {
    // A process that was killed while it took over may have left its guard, and nobody needs one while this lock is held.
    await rm(guardOf(file), { force: true });
    return lock;
  }
  const isOver = async () => {
    const holder = await readHolder(file);
    return holder !== undefined && isAbandoned(holder);
  };
  if (await isOver()) await removeAbandoned(file, isOver);
  return undefined;
}

/** Whether whoever took a lock may still be at work. */
export async function isHeld(file: string): Promise<boolean> {
  const holder = await readHolder(file);
  return holder !== undefined && !isProcessGone(holder);
}

/** Ids of the locks of this process. A file with its pid and another id was left by another process of the same number. */
const heldHere = new Set<string>();

/** Undefined when the file is there already. */
async function createLock(file: string, task: string): Promise<Lock | undefined> {
  const handle = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const id = randomUUID();
  heldHere.add(id);
  try {
    await handle.writeFile(JSON.stringify({ pid: process.pid, id, task })).finally(() => handle.close());
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  return {
    release() {
      // A holder that slept for so long that it was taken for dead finds another's lock.
      if (idIn(file) === id) rmSync(file, { force: true });
      heldHere.delete(id);
    },
  };
}

function idIn(file: string): string | undefined {
  try {
    return parseHolder(readFileSync(file, "utf8")).id;
  } catch {
    return undefined;
  }
}

/** Between its creation and its first byte a lock names nobody; a writer that takes longer was killed just then. */
const maxWritingMs = 1000;

export function isProcessGone(holder: LockHolder): boolean {
  const isWritten = holder.id !== "" || holder.ageMs > maxWritingMs;
  return isWritten && !isAtWork(holder);
}

function isAtWork({ pid, id }: LockHolder): boolean {
  return pid === process.pid ? heldHere.has(id) : isRunning(pid);
}

/** Undefined when there is no lock any more. */
async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    const [content, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    return { ...parseHolder(content), ageMs: Date.now() - mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Earlier versions wrote the process's id alone. */
function parseHolder(content: string): Omit<LockHolder, "ageMs"> {
  const unnamed = { pid: 0, id: content, task: "at work here" };
  try {
    const found: unknown = JSON.parse(content);
    if (typeof found === "number") return { ...unnamed, pid: found };
    const { pid, id, task } = found as Record<string, unknown>;
    return { pid: Number(pid) || 0, id: String(id), task: String(task) };
  } catch {
    return unnamed;
  }
}

/**
 * Removes a lock whose holder is gone. One process at a time does so and looks again first: what was abandoned a moment
 * ago may be another's new lock now.
 */
async function removeAbandoned(file: string, isAbandoned: () => Promise<boolean>): Promise<void> {
  const guard = guardOf(file);
  try {
    await (await open(guard, "wx", 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await removeOldGuard(guard);
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
const maxGuardMs = 10_000;

async function removeOldGuard(guard: string): Promise<void> {
  const age = await stat(guard).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > maxGuardMs) await rm(guard, { force: true });
}

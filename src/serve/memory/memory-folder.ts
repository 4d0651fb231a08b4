/** The folder of conversations: one process at a time writes in it, and nothing stays there for longer than it may. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { isSameName } from "../../closest-names.ts";
import { codeOf } from "../../disk-errors.ts";
import { orPassOver, type PassedOver, UserError } from "../../errors.ts";
import { tryLock } from "../../lock-file.ts";
import { formatPlural } from "../../terminal.ts";
import { makePrivateDirectory } from "../../workspace.ts";
import { memoryEnding, readMemoryFile, writeMemoryFile } from "./memory-file.ts";
import { changeAlone } from "./memory-lock.ts";
import { isUnchanged, keptApart, type Remembered } from "./remembered.ts";

/** Undefined where another process remembers there. */
export async function lockMemories(folder: string): Promise<{ release(): void } | undefined> {
  await makePrivateDirectory(folder);
  const take = () => tryLock(path.join(folder, "serving.lock"), "remembering conversations");
  // A lock that was left behind is removed by the first try.
  return (await take()) ?? (await take());
}

/** The ids of the conversations of a persona that are kept. */
export async function idsIn(folder: string, persona: string, passedOver: PassedOver): Promise<string[]> {
  const ids: string[] = [];
  for (const file of await memoryFiles(folder)) {
    const found = await orPassOver((async () => readMemoryFile(file))(), passedOver);
    if (found?.header.persona === persona) ids.push(found.header.conversation);
  }
  return ids;
}

interface ChangeOptions {
  passedOver: PassedOver;
  /** Files that are left to whoever holds them. */
  isOurs?: (file: string) => boolean;
  /** Whether somebody's words are to go: it is said where they may be left. */
  isForgetting?: boolean;
}

/** Leaves in each file what `whatIsLeft` says; returns how many bubbles are gone. */
export async function changeMemories(
  folder: string,
  whatIsLeft: (all: Remembered[]) => Remembered[],
  { passedOver, isOurs = () => false, isForgetting = false }: ChangeOptions,
): Promise<number> {
  let gone = 0;
  const unreadable: string[] = [];
  for (const file of await memoryFiles(folder)) {
    if (isOurs(file)) continue;
    const change = changeAlone(file, () => changeFile(file, whatIsLeft));
    const tell: PassedOver = (problem) => {
      unreadable.push(file);
      if (!isForgetting) passedOver(problem);
    };
    gone += (await orPassOver(change, tell)) ?? 0;
  }
  if (isForgetting && unreadable.length > 0) passedOver(unforgotten(folder, unreadable));
  return gone;
}

async function changeFile(file: string, whatIsLeft: (all: Remembered[]) => Remembered[]): Promise<number> {
  const found = readMemoryFile(file);
  if (found === undefined) return 0;
  const left = keptApart(found.bubbles, whatIsLeft(found.bubbles));
  if (!isUnchanged(found.bubbles, left)) await writeMemoryFile(file, found.header, left);
  return found.bubbles.length - left.length;
}

function unforgotten(folder: string, files: string[]): UserError {
  const names = files.map((file) => path.basename(file)).join(", ");
  const [conversations, them] = [
    formatPlural(files.length, "conversation"),
    files.length === 1 ? "it" : "them",
  ];
  return new UserError(`${conversations} in ${folder} cannot be read: nothing in ${them} was forgotten.`, {
    fix: `Remove ${names}.`,
  });
}

/**
 * Erases what people said from all that is kept; returns how many bubbles that were.
 *
 * Where a bot is at work in the folder, it finds its files changed and forgets with them.
 */
export function forgetInConversations(
  folder: string,
  people: { names: string[]; ids: string[] },
  passedOver: PassedOver,
): Promise<number> {
  const isTheirs = ({ speaker, from }: Remembered) =>
    (from !== undefined && people.ids.includes(from)) ||
    (speaker !== undefined && people.names.some((name) => isSameName(name, speaker)));
  return changeMemories(folder, (all) => all.filter((bubble) => !isTheirs(bubble)), {
    passedOver,
    isForgetting: true,
  });
}

/** Removes what nobody can read, and what a killed process left half written, once it is older than anything may be. */
export async function removeOldFiles(folder: string, before: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.includes(memoryEnding)) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < before) await rm(file, { force: true });
  }
}

async function memoryFiles(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  return names.filter((name) => name.endsWith(memoryEnding)).map((name) => path.join(folder, name));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

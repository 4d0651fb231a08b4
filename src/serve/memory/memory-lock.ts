import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tryLock } from "../../lock-file.ts";
import { makePrivateDirectory } from "../../workspace.ts";

const pollMs = 5;

/**
 * Changes a conversation's file while no other process does: whoever serves would write back what `persona forget` has
 * just erased.
 *
 * Where no lock can be written, as on a full disk, it is done all the same: what is to be forgotten does not wait for room.
 */
export async function changeAlone<T>(file: string, change: () => Promise<T>): Promise<T> {
  const lock = await takeInTurn(file).catch(() => undefined);
  try {
    return await change();
  } finally {
    lock?.release();
  }
}

async function takeInTurn(file: string) {
  await makePrivateDirectory(path.dirname(file));
  const take = () => tryLock(`${file}.lock`, "changing a conversation");
  let lock = await take();
  for (; lock === undefined; lock = await take()) await sleep(pollMs);
  return lock;
}

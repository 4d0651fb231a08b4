/** Which personas are served on this machine from one data directory, so that runs leave them a core. */
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { isMissing } from "../../handoffs/index.ts";
import { isHeld, tryLock } from "../../lock-file.ts";
import { makePrivateDirectory, type Workspace } from "../../workspace.ts";

/** Says that this process computes replies, until it is told otherwise or ends. */
export async function announceServing({ serving }: Workspace): Promise<{ end(): void }> {
  await makePrivateDirectory(serving);
  const lock = await tryLock(path.join(serving, `${ofThisMachine()}${randomUUID()}.lock`), "answering");
  return { end: () => lock?.release() };
}

/** Where a disk is shared, other machines' processes are nobody's to judge. */
const ofThisMachine = () => `${hostname()} `;

/** What processes that were killed have left is removed: no name comes again. */
export async function isServingHere({ serving }: Workspace): Promise<boolean> {
  const names = await readdir(serving).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  let isServing = false;
  for (const name of names.filter((name) => name.startsWith(ofThisMachine()))) {
    const file = path.join(serving, name);
    if (await isHeld(file)) isServing = true;
    else await rm(file, { force: true });
  }
  return isServing;
}

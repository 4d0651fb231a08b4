import { rm } from "node:fs/promises";
import path from "node:path";
import { type PassedOver, UserError } from "../../errors.ts";
import {
  hasEnded,
  listRuns,
  type RunRecord,
  readRun,
  runDirectory,
  servedRun,
} from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import {
  openQueue,
  type QueueServer,
  removeLiveStatus,
  removeStream,
  removeWaiting,
  withdrawStop,
} from "../queue/index.ts";
import { forgetAttempts } from "./attempts.ts";
import { bytesUnder } from "./folder-size.ts";

/**
 * Removes a run from the queue and from the disk; gives the bytes that became free.
 *
 * A run at work is never deleted, nor one that another is to start from; the one that answers only by `force`.
 */
export async function deleteRun(
  server: QueueServer,
  workspace: Workspace,
  run: RunRecord,
  { force = false, passedOver }: { force?: boolean; passedOver?: PassedOver } = {},
): Promise<number> {
  const { id } = run;
  if (!force && (await servedRun(workspace, passedOver))?.id === id) {
    throw new UserError(`Run ${id} is the one that answers.`, {
      fix: "Choose another first (persona runs use RUN), or add --force.",
    });
  }
  const child = (await listRuns(workspace, passedOver)).find(
    (other) => other.parent === id && !hasEnded(other),
  );
  if (child !== undefined) {
    throw new UserError(`Run ${child.id} starts from run ${id}.`, { fix: `persona runs cancel ${child.id}` });
  }
  const opened = openQueue(server);
  // The record is asked first: the order of a run whose worker died is all that brings it to another.
  const isRunning = (await readRun(workspace, id))?.state === "running";
  if (isRunning || (await removeWaiting(opened, id)) === "active") {
    throw new UserError(`Run ${id} is running.`, { fix: `Stop it first: persona runs cancel ${id}` });
  }
  const bytes = await removeRunDirectory(workspace, id);
  const { redis } = opened;
  await Promise.all(
    [forgetAttempts, removeStream, removeLiveStatus, withdrawStop].map((forget) => forget(redis, id)),
  );
  return bytes;
}

/** The record goes first: whatever is left when this is interrupted belongs to no run, and prune finds it. */
export async function removeRunDirectory(workspace: Workspace, id: string): Promise<number> {
  const directory = runDirectory(workspace, id);
  const bytes = await bytesUnder(directory);
  await rm(path.join(directory, "run.json"), { force: true });
  // Whoever was just at it, another command or a trainer that saves, may add a file meanwhile.
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  return bytes;
}

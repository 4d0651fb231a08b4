import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { type RunRecord, readRun, runDirectory } from "../../handoffs/index.ts";
import type { Workspace } from "../../workspace.ts";
import { removeWords } from "./refinement.ts";
import { withRunLock } from "./run-lock.ts";
import { attemptDirectory, OutdatedAttempt } from "./runs.ts";

/**
 * Moves an attempt's model to where serving looks for it.
 *
 * @throws OutdatedAttempt when a newer attempt has taken the run: nothing is moved then.
 */
export async function publishAttempt(
  workspace: Workspace,
  { id, attempt }: Pick<RunRecord, "id" | "attempt">,
): Promise<void> {
  const directory = runDirectory(workspace, id);
  await withRunLock(directory, async () => {
    const newest = (await readRun(workspace, id))?.attempt;
    if (newest !== attempt) throw new OutdatedAttempt(`Attempt ${attempt} of run ${id} is not the newest.`);
    await moveArtifacts(attemptDirectory(workspace, id, attempt), directory);
    await removeUnfinishedRecords(directory);
  });
}

/**
 * Keeps of a finished run's checkpoints only the best, and none of the words that a refinement was made from.
 *
 * Only once its record says that it is finished: whoever takes it over before that goes on from them.
 */
export async function tidyUp(
  workspace: Workspace,
  { id, attempt }: Pick<RunRecord, "id" | "attempt">,
  bestStep: number,
): Promise<void> {
  await removeWords(workspace, id);
  await removeOlderAttempts(runDirectory(workspace, id), attempt);
  await keepCheckpoint(path.join(attemptDirectory(workspace, id, attempt), "checkpoints"), bestStep);
}

async function moveArtifacts(from: string, to: string): Promise<void> {
  for (const name of ["model", "model.gguf", "adapter.gguf"]) {
    if (!existsSync(path.join(from, name))) continue;
    await rm(path.join(to, name), { recursive: true, force: true });
    await rename(path.join(from, name), path.join(to, name));
  }
}

/** What was written aside by commands that were killed. Whoever writes a record now waits for the lock. */
async function removeUnfinishedRecords(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^run\.json\..+\.tmp$/.test(name)) await rm(path.join(directory, name), { force: true });
  }
}

async function removeOlderAttempts(directory: string, attempt: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, number] = /^attempt-(\d+)$/.exec(name) ?? [];
    if (number !== undefined && Number(number) < attempt)
      await rm(path.join(directory, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

async function keepCheckpoint(checkpoints: string, step: number): Promise<void> {
  for (const name of await readdir(checkpoints).catch(() => [])) {
    if (name !== `step-${step}`)
      await rm(path.join(checkpoints, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

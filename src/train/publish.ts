import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { RunRecord } from "../handoffs.ts";
import type { Workspace } from "../workspace.ts";
import { withRunLock } from "./run-lock.ts";
import { attemptDirectory, OutdatedAttempt, readRun, runDirectory } from "./runs.ts";

/**
 * Moves an attempt's model to where serving looks for it, and keeps of the checkpoints only the best.
 *
 * @throws OutdatedAttempt when a newer attempt has taken the run: nothing is moved then.
 */
export async function publishAttempt(
  workspace: Workspace,
  { id, attempt }: Pick<RunRecord, "id" | "attempt">,
  bestStep: number,
): Promise<void> {
  const directory = runDirectory(workspace, id);
  await withRunLock(directory, async () => {
    const newest = (await readRun(workspace, id))?.attempt;
    if (newest !== attempt) throw new OutdatedAttempt(`Attempt ${attempt} of run ${id} is not the newest.`);
    await moveArtifacts(attemptDirectory(workspace, id, attempt), directory);
    await removeOlderAttempts(directory, attempt);
    await keepCheckpoint(path.join(attemptDirectory(workspace, id, attempt), "checkpoints"), bestStep);
  });
}

async function moveArtifacts(from: string, to: string): Promise<void> {
  for (const name of ["model", "model.gguf"]) {
    if (!existsSync(path.join(from, name))) continue;
    await rm(path.join(to, name), { recursive: true, force: true });
    await rename(path.join(from, name), path.join(to, name));
  }
}

async function removeOlderAttempts(directory: string, attempt: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, number] = /^attempt-(\d+)$/.exec(name) ?? [];
    if (number !== undefined && Number(number) < attempt)
      await rm(path.join(directory, name), { recursive: true });
  }
}

async function keepCheckpoint(checkpoints: string, step: number): Promise<void> {
  for (const name of await readdir(checkpoints).catch(() => [])) {
    if (name !== `step-${step}`) await rm(path.join(checkpoints, name), { recursive: true });
  }
}

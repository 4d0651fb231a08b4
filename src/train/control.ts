import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import { hasEnded, type RunRecord, runsNamed } from "../handoffs/index.ts";
import { builtProgram } from "../project.ts";
import { makePrivateDirectory, type Workspace } from "../workspace.ts";
import { putIntoQueue, queuedAgain } from "./put-into-queue.ts";
import {
  askToStop,
  countWorkers,
  listLiveRuns,
  listQueued,
  openQueue,
  type QueueServer,
  removeWaiting,
  type StopReason,
  withdrawStop,
} from "./queue/index.ts";
import { createRun, idOf, type RunRequest, updateRun } from "./runs/index.ts";
import { findSlots } from "./trainer/index.ts";
import { checkDisk, whyNotHere } from "./worker/index.ts";

/** Queues a run; the same request as before follows the run that it made, or finds it finished. */
export async function requestRun(
  server: QueueServer,
  request: RunRequest,
): Promise<{ run: RunRecord; reused: boolean }> {
  const run = await createRun(request);
  if (run.state === "finished") return { run, reused: true };
  const { workspace, priority } = request;
  return { run: await resumeRun(server, workspace, run, { priority }), reused: false };
}

/**
 * Refuses, before it is queued, a request that this machine can never fulfil: for want of disk, or of memory.
 *
 * Only where this machine is the only one that could: with a server of their own, others may have what it lacks.
 */
export async function checkRequest(request: RunRequest, { anySize = false } = {}): Promise<void> {
  const { workspace, base, settings, manifest } = request;
  await checkDisk(workspace, { id: idOf(request), base, settings });
  const run = { base, settings, dataset: manifest.id };
  const waitsFor = await whyNotHere(workspace, run, { slots: await findSlots(), anySize });
  if (waitsFor === undefined) return;
  throw new UserError(`No worker could take this run: it would wait for ${waitsFor}.`, {
    fix: "Add one of these: persona train --lora, a smaller --base such as gpt2 or smollm2-135m, or --any-size.",
  });
}

/** Puts a run that waits, was stopped or failed into the queue, unless it is there. */
export async function resumeRun(
  server: QueueServer,
  workspace: Workspace,
  run: RunRecord,
  { priority }: { priority?: number | undefined } = {},
): Promise<RunRecord> {
  if (run.state === "finished") {
    throw new UserError(`Run ${run.id} is finished.`, {
      fix: `Ask for other settings, or start from its model: persona train --from ${run.id}`,
    });
  }
  return putIntoQueue(server, workspace, run.id, (record) =>
    queuedAgain(record, priority, placeToItsEnd(record)),
  );
}

/** A run that waited at a rung, or was dropped there, goes to its end. */
function placeToItsEnd({ sweep }: RunRecord): Pick<RunRecord, "sweep"> {
  if (sweep === undefined) return {};
  const { waitsAt: _, dropped: __, ...place } = sweep;
  return { sweep: place };
}

/** Stops a run for good, wherever it waits or runs; its checkpoint stays. */
export function cancelRun(server: QueueServer, workspace: Workspace, run: RunRecord): Promise<void> {
  return stopRun(server, workspace, run, "cancel");
}

/** Saves a run and takes it out of the queue until it is resumed. */
export function pauseRun(server: QueueServer, workspace: Workspace, run: RunRecord): Promise<void> {
  return stopRun(server, workspace, run, "pause");
}

async function stopRun(
  server: QueueServer,
  workspace: Workspace,
  run: RunRecord,
  reason: StopReason,
): Promise<void> {
  if (!canStop(run, reason)) throw nothingToStop(run, reason);
  const opened = openQueue(server);
  // The request stands before the job is looked at: a worker that takes it in between finds the request.
  await askToStop(opened.redis, run.id, reason);
  if ((await removeWaiting(opened, run.id)) === "active") return;
  // Nobody has it: it waited, or the server has lost its order.
  const state = reason === "pause" ? "paused" : "cancelled";
  const ended = { state, endedAt: new Date().toISOString() } as const;
  const stopped = await updateRun(workspace, run.id, (record) => (canStop(record, reason) ? ended : {}));
  // A trainer whose order got lost may still be at work, and is to hear of it.
  if (run.state !== "running" || stopped.state !== state) await withdrawStop(opened.redis, run.id);
  if (stopped.state !== state) throw nothingToStop(stopped, reason);
}

/** Asked again where the record is written: the run may have ended meanwhile, and what it came to stays. */
function canStop(run: RunRecord, reason: StopReason): boolean {
  return !hasEnded(run) || (run.state === "paused" && reason === "cancel");
}

function nothingToStop({ id, state }: RunRecord, reason: StopReason): UserError {
  return new UserError(`Run ${id} is ${state}; there is nothing to ${reason}.`, { fix: "persona runs" });
}

/** Id of the run of another machine of the same server whose id starts so. */
export async function findRemoteRun(server: QueueServer, prefix: string): Promise<string | undefined> {
  const opened = openQueue(server);
  const ids = new Set([
    ...(await listQueued(opened)),
    ...(await listLiveRuns(opened.redis)).map(({ id }) => id),
  ]);
  const found = runsNamed(prefix, [...ids], (id) => id);
  return found.length === 1 ? found[0] : undefined;
}

/** Asks a run to stop whose record lies on another machine of the same server; false when no worker there has it. */
export async function stopRemoteRun(server: QueueServer, id: string, reason: StopReason): Promise<boolean> {
  const { queue, redis } = openQueue(server);
  if ((await queue.getJob(id)) === undefined) return false;
  await askToStop(redis, id, reason);
  return true;
}

/**
 * Starts a worker in the background unless there is one somewhere.
 *
 * It outlives this terminal, writes to `data/worker.log`, and leaves when nothing is left to do.
 */
export async function ensureWorker(
  server: QueueServer,
  workspace: Workspace,
  { anySize = false } = {},
): Promise<void> {
  if ((await countWorkers(openQueue(server).redis)) > 0) return;
  await makePrivateDirectory(workspace.root);
  const log = openSync(path.join(workspace.root, "worker.log"), "a", 0o600);
  const words = ["--data", workspace.root, "worker", "--exit-when-idle", ...(anySize ? ["--any-size"] : [])];
  const worker = spawn(process.execPath, [builtProgram("cli.js"), ...words], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  worker.unref();
}

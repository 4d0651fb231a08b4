import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";
import type { RunRecord } from "../handoffs.ts";
import { makePrivateDirectory, type Workspace } from "../workspace.ts";
import { enqueueRun, openQueue, removeWaiting, stopChannel } from "./queue.ts";
import type { QueueServer } from "./redis.ts";
import { createRun, type RunRequest, updateRun } from "./runs.ts";

/** Queues a run; the same request as before follows the run that it made, or finds it finished. */
export async function requestRun(
  server: QueueServer,
  request: RunRequest,
): Promise<{ run: RunRecord; reused: boolean }> {
  const run = await createRun(request);
  if (run.state === "finished") return { run, reused: true };
  return { run: await resumeRun(server, request.workspace, run), reused: false };
}

/** Puts a run that waits, was stopped or failed into the queue, unless it is there. */
export async function resumeRun(
  server: QueueServer,
  workspace: Workspace,
  run: RunRecord,
): Promise<RunRecord> {
  if (run.state === "finished") {
    throw new UserError(`Run ${run.id} is finished.`, {
      fix: "Ask for other settings with persona train to train more.",
    });
  }
  const isWaiting = run.state === "running" || run.state === "queued";
  const queued = isWaiting
    ? run
    : await updateRun(workspace, run.id, { state: "queued", failure: undefined });
  await enqueueRun(openQueue(server), queued);
  return queued;
}

/** Stops a run, wherever it waits or runs; its checkpoint stays. */
export async function cancelRun(server: QueueServer, workspace: Workspace, run: RunRecord): Promise<void> {
  if (await removeWaiting(openQueue(server), run.id)) {
    await updateRun(workspace, run.id, { state: "cancelled" });
    return;
  }
  if (run.state !== "running")
    throw new UserError(`Run ${run.id} is ${run.state}; there is nothing to stop.`, { fix: "persona runs" });
  await server.connect().publish(stopChannel, run.id);
}

export async function countWorkers(server: QueueServer): Promise<number> {
  return openQueue(server).getWorkersCount();
}

/** Starts a worker that outlives this terminal; it writes to `data/worker.log` and leaves when nothing is left to do. */
export async function startBackgroundWorker(workspace: Workspace, program: string): Promise<void> {
  await makePrivateDirectory(workspace.root);
  const log = openSync(path.join(workspace.root, "worker.log"), "a", 0o600);
  const worker = spawn(process.execPath, [program, "--data", workspace.root, "worker", "--exit-when-idle"], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  worker.unref();
}

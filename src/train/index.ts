export { type ResolvedBase, resolveBase } from "./base.ts";
export {
  cancelRun,
  checkRequest,
  countWorkers,
  findRemoteRun,
  pauseRun,
  requestRun,
  resumeRun,
  startBackgroundWorker,
  stopRemoteRun,
} from "./control.ts";
export { deleteRun } from "./deletion.ts";
export { formatGigabytes } from "./disk.ts";
export { findServer } from "./embedded-server.ts";
export { followRun, hasEnded, readEvents } from "./follow.ts";
export { type Prunable, planPrune, prune } from "./prune.ts";
export { openQueueServer, type QueueServer } from "./redis.ts";
export { findRun, listRuns, type RunRequest, readRun, runDirectory } from "./runs.ts";
export { howToFinish, servedRun, serveRun, serveRunBefore } from "./serving.ts";
export { markRunsStale } from "./stale.ts";
export { measure, type RunSummary, summarizeRuns } from "./summary.ts";
export { startWorker } from "./worker.ts";
export type { WorkerOptions } from "./worker-context.ts";

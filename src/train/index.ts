export { type ResolvedBase, resolveBase } from "./base.ts";
export { cancelRun, countWorkers, requestRun, resumeRun, startBackgroundWorker } from "./control.ts";
export { followRun, hasEnded, readEvents } from "./follow.ts";
export { findServer, openQueueServer, type QueueServer } from "./redis.ts";
export { findRun, listRuns, readRun, runDirectory, serveRun } from "./runs.ts";
export { startWorker, type WorkerOptions } from "./worker.ts";

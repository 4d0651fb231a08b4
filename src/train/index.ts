export {
  findRun,
  listRuns,
  problemOfModel,
  readEvents,
  readRun,
  servedRun,
} from "../handoffs/index.ts";
export {
  cancelRun,
  checkRequest,
  ensureWorker,
  findRemoteRun,
  pauseRun,
  requestRun,
  resumeRun,
  stopRemoteRun,
} from "./control.ts";
export { type Prunable, planPrune, prune } from "./prune.ts";
export { explainRefusal, findServer, openQueueServer, type QueueServer, ServingCard } from "./queue/index.ts";
export {
  type Correction,
  deleteRun,
  followRun,
  markRunsOfOtherPrivacy,
  markRunsStale,
  measure,
  noteRefinement,
  type RunRequest,
  type RunSummary,
  reasonOfOtherPrivacy,
  serveRun,
  serveRunBefore,
  summarizeRuns,
} from "./runs/index.ts";
export {
  advanceSweep,
  bestFirst,
  expectSeconds,
  planSweep,
  readSweep,
  requestSweep,
  runsOfSweep,
  type Sweep,
  type SweepPlan,
  sweepDirectory,
  wholeRuns,
  workDone,
} from "./sweep/index.ts";
export { announceServing, type ResolvedBase, resolveBase } from "./trainer/index.ts";
export { formatGigabytes, startWorker, type WorkerOptions } from "./worker/index.ts";

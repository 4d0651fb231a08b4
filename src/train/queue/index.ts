export { ServingCard, takeCard } from "./card.ts";
export { JobLocks } from "./job-locks.ts";
export { bestOf, type LiveStatus, LiveStatusWriter, listLiveRuns, removeLiveStatus } from "./live-status.ts";
export { LiveStream, removeStream, streamReader } from "./live-stream.ts";
export { moveOldOrders } from "./old-orders.ts";
export {
  enqueueRun,
  listQueued,
  openQueue,
  queueName,
  type RunOrder,
  removeWaiting,
  restoreOrders,
} from "./queue.ts";
export {
  explainRefusal,
  findServer,
  keyOf,
  keyPrefix,
  openQueueServer,
  type QueueConnection,
  type QueueServer,
} from "./server/index.ts";
export { askToStop, readStop, type StopReason, watchStops, withdrawStop } from "./stop-requests.ts";
export { announceWorker, countWorkers, isWorkerGone, workerName } from "./workers.ts";

export { findServer } from "./embedded-server.ts";
export { JobLocks } from "./job-locks.ts";
export { bestOf, type LiveStatus, LiveStatusWriter, listLiveRuns, removeLiveStatus } from "./live-status.ts";
export { LiveStream, removeStream, streamReader } from "./live-stream.ts";
export {
  enqueueRun,
  listQueued,
  openQueue,
  queueName,
  type RunOrder,
  removeWaiting,
  restoreOrders,
} from "./queue.ts";
export { openQueueServer, type QueueServer } from "./redis.ts";
export { askToStop, readStop, type StopReason, watchStops, withdrawStop } from "./stop-requests.ts";

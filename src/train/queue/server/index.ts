export type { QueueConnection } from "./connection.ts";
export { findServer } from "./embedded-server.ts";
export { keyOf, keyPrefix } from "./keys.ts";
export { openQueueServer, type QueueServer } from "./queue-server.ts";
export { explainRefusal } from "./refusals.ts";

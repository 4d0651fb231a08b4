export { checkDisk, formatGigabytes } from "./disk.ts";
export { whyNotHere } from "./fit.ts";
export { startWorker } from "./worker.ts";
export type { WorkerOptions } from "./worker-context.ts";

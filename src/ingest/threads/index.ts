export type { ThreadJob, ThreadResult } from "./job.ts";
export { JobThreads, type PlainSettings, runJobs, usefulThreads } from "./job-pool.ts";

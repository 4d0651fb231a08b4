export type { PlainSettings, ThreadJob, ThreadResult } from "./job.ts";
export { type JobPool, openJobPool, runJobs, usefulWorkers } from "./job-pool.ts";

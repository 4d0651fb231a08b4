import type { ThreadJob } from "./job.ts";

/** Jobs that threads take one by one, without asking each other: a thread at work would answer late. */
export interface JobList {
  jobs: ThreadJob[];
  /** One number, in shared memory: the index of the next job. */
  next: Int32Array;
}

export function takeJob({ jobs, next }: JobList): ThreadJob | undefined {
  return jobs[Atomics.add(next, 0, 1)];
}

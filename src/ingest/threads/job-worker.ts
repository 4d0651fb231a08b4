/** The thread that runs thread jobs: it is told once of all of them, and says the result of each that it does. */
import { parentPort } from "node:worker_threads";
import { toFailure } from "../../worker-threads/index.ts";
import { openForgotten } from "../store/index.ts";
import { takeJob } from "./job-list.ts";
import type { WorkerMessage, WorkerOrder } from "./job-pool.ts";
import { runThreadJob } from "./thread-job.ts";

const port = parentPort as NonNullable<typeof parentPort>;
const say = (message: WorkerMessage) => port.postMessage(message);

port.on("message", async ({ settings: { tombstones, ...shared }, list }: WorkerOrder) => {
  try {
    const onBytes = (bytes: number) => say({ type: "bytes", bytes });
    const settings = { ...shared, forgotten: openForgotten(tombstones), onBytes };
    for (let job = takeJob(list); job !== undefined; job = takeJob(list))
      say({ type: "result", result: await runThreadJob(job, settings) });
  } catch (error) {
    say({ type: "failed", failure: toFailure(error) });
  }
});

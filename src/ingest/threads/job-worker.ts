/** The thread that runs thread jobs: settings once, then a job a message and its result back. */
import { parentPort, workerData } from "node:worker_threads";
import { openForgotten } from "../store/forgotten.ts";
import type { PlainSettings, WorkerMessage } from "./job-pool.ts";
import { runThreadJob, type ThreadJob } from "./thread-job.ts";

const port = parentPort as NonNullable<typeof parentPort>;
const say = (message: WorkerMessage) => port.postMessage(message);
const { tombstones, ...settings } = workerData as PlainSettings;
const jobSettings = {
  ...settings,
  forgotten: openForgotten(tombstones),
  onBytes: (bytes: number) => say({ type: "bytes", bytes }),
};

port.on("message", async (job: ThreadJob) => {
  try {
    say({ type: "result", result: await runThreadJob(job, jobSettings) });
  } catch (error) {
    say({ type: "failed", error: error instanceof Error ? error : new Error(String(error)) });
  }
});

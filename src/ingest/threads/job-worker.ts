/** The thread that runs thread jobs: settings once, then a job a message and its result back. */
import { parentPort } from "node:worker_threads";
import { openForgotten } from "../store/forgotten.ts";
import type { WorkerMessage, WorkerOrder } from "./job-pool.ts";
import { type JobSettings, runThreadJob } from "./thread-job.ts";

const port = parentPort as NonNullable<typeof parentPort>;
const say = (message: WorkerMessage) => port.postMessage(message);
let settings: JobSettings | undefined;

port.on("message", async (order: WorkerOrder) => {
  try {
    if ("settings" in order) {
      const { tombstones, ...shared } = order.settings;
      const onBytes = (bytes: number) => say({ type: "bytes", bytes });
      settings = { ...shared, forgotten: openForgotten(tombstones), onBytes };
    } else say({ type: "result", result: await runThreadJob(order.job, settings as JobSettings) });
  } catch (error) {
    say({ type: "failed", error: error instanceof Error ? error : new Error(String(error)) });
  }
});

/** Multiplies numbers: on the main thread where it is imported, and as the program of worker threads when it is built. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../src/errors.ts";
import { answerTasks, type DoTask } from "../../src/worker-threads/index.ts";

export const programName = "multiply.mjs";
const isWorker = import.meta.filename.endsWith(programName);

export type Task = number | "fail" | "exit" | "hang";

export interface Product {
  product: number;
  isOfWorker: boolean;
}

export function multiplyBy({ factor }: { factor: number }): DoTask<Task, Product> {
  return async (task, onProgress) => {
    if (task === "fail") throw new UserError("The number is missing.", { fix: "Write it down." });
    if (task === "exit") process.exit(3);
    if (task === "hang") return new Promise(() => {});
    await sleep(1);
    onProgress(1);
    return { product: factor * task, isOfWorker: isWorker };
  };
}

if (isWorker) answerTasks(multiplyBy);

/** What a program of worker threads calls: the other end of `WorkerPool`. */
import { type MessagePort, parentPort } from "node:worker_threads";
import { toFailure, type WorkerFailure } from "./failure.ts";
import { type TaskList, takeTasks } from "./task-list.ts";

/** Does one task; on the way it may say how much more of it is done, in whatever unit such tasks have. */
export type DoTask<Task, Result> = (task: Task, onProgress: (more: number) => void) => Promise<Result>;

/** What a worker thread is told. */
export interface Order<Context, Task> {
  list: TaskList<Task>;
  /** What all tasks share, unless the worker thread has been told before. */
  news?: { context: Context };
}

/** What it says. */
export type Answer<Result> =
  | { index: number; result: Result }
  | { more: number }
  | { failure: WorkerFailure }
  | { isDone: true };

/** Does the tasks that the pool has for this worker thread, with what `open` makes of their context. */
export function answerTasks<Context, Task, Result>(
  open: (context: Context) => DoTask<Task, Result> | Promise<DoTask<Task, Result>>,
): void {
  const port = parentPort as MessagePort;
  const answer = (said: Answer<Result>) => port.postMessage(said);
  const onProgress = (more: number) => answer({ more });
  let doTask: DoTask<Task, Result>;

  port.on("message", async ({ list, news }: Order<Context, Task>) => {
    try {
      if (news !== undefined) doTask = await open(news.context);
      for (const [index, task] of takeTasks(list)) answer({ index, result: await doTask(task, onProgress) });
      answer({ isDone: true });
    } catch (error) {
      answer({ failure: toFailure(error) });
    }
  });
}

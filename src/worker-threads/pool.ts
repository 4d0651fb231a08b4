import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Answer, DoTask, Order } from "./answer-tasks.ts";
import { fromFailure } from "./failure.ts";
import { createTaskList, emptyTaskList, type TaskList, takeTasks } from "./task-list.ts";

/** How tasks are done, and who hears of it. */
export interface Work<Context, Task, Result> {
  /** What all tasks share; a worker thread is told once of the same object. */
  context: Context;
  /** Does a task on the main thread. */
  doTask: DoTask<Task, Result>;
  onResult(result: Result, task: Task): void;
  onProgress?: (more: number) => void;
  signal?: AbortSignal | undefined;
}

/**
 * The worker threads of one program, which calls `answerTasks`, and the main thread, which works too: it would only wait,
 * and its code is loaded already. After an error a pool can only be closed.
 */
export class WorkerPool<Context, Task, Result> {
  readonly #program: string;
  readonly #workers: PoolWorker[] = [];

  /** @param program A file of the build: worker threads cannot start from TypeScript. */
  constructor(program: string) {
    this.#program = program;
  }

  /** How many worker threads there are. */
  get size(): number {
    return this.#workers.length;
  }

  /** Starts worker threads until there are so many. Their code loads while the main thread does something else. */
  grow(size: number): void {
    while (this.#workers.length < size) this.#workers.push(new PoolWorker(this.#program));
  }

  /** Does all tasks, the first one first; results come as they are ready. The first error ends the work. */
  async run(tasks: readonly Task[], work: Work<Context, Task, Result>): Promise<void> {
    if (tasks.length > 0) await doTogether(tasks, work, this.#workers.slice(0, tasks.length - 1));
  }

  /** Does a task on a worker thread while the main thread does something else; without one, first this and then that. */
  async runBeside<Other>(
    task: Task,
    work: Omit<Work<Context, Task, Result>, "onResult">,
    other: () => Promise<Other>,
  ): Promise<[Result, Other]> {
    const results: Result[] = [];
    const onResult = (result: Result) => results.push(result);
    const [worker] = this.#workers;
    const doing = doTogether([task], { ...work, onResult }, worker ? [worker] : [], { isMainFree: !!worker });
    if (worker === undefined) await doing;
    const [made] = await Promise.all([other(), doing]);
    return [results[0] as Result, made];
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }
}

async function doTogether<Context, Task, Result>(
  tasks: readonly Task[],
  work: Work<Context, Task, Result>,
  workers: PoolWorker[],
  { isMainFree = false } = {},
): Promise<void> {
  const { signal } = work;
  signal?.throwIfAborted();
  const list = createTaskList(tasks);
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
  });
  const there = workers.map((worker) => worker.doTasks(list, work));
  const here = isMainFree ? undefined : doTasksHere(list, work);
  try {
    await Promise.race([Promise.all([here, ...there]), aborted]);
  } finally {
    // Who is still at work after an error finds nothing more to do.
    emptyTaskList(list);
    over.abort();
    for (const worker of workers) worker.stopListening();
    await here?.catch(() => {});
  }
}

async function doTasksHere<Task, Result>(
  list: TaskList<Task>,
  { doTask, onResult, onProgress = () => {}, signal }: Work<unknown, Task, Result>,
): Promise<void> {
  for (const [, task] of takeTasks(list)) {
    signal?.throwIfAborted();
    onResult(await doTask(task, onProgress), task);
    // What worker threads say, and a Ctrl-C, is heard between two tasks.
    await setImmediate();
  }
}

/** Young objects die young: a larger nursery only costs memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 2_000 };

class PoolWorker {
  readonly #worker: Worker;
  readonly #ended: Promise<never>;
  #context: unknown;

  constructor(program: string) {
    const worker = new Worker(program, { resourceLimits });
    this.#worker = worker;
    this.#ended = new Promise((_, reject) => {
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`A worker thread ended with exit code ${code}.`)));
    });
    // An end that nobody waits for must not end the process.
    this.#ended.catch(() => {});
  }

  /** Resolves when the worker thread has found no further task. */
  async doTasks<Context, Task, Result>(
    list: TaskList<Task>,
    { context, onResult, onProgress }: Work<Context, Task, Result>,
  ): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      const hear = (answer: Answer<Result>) => {
        if ("result" in answer) onResult(answer.result, list.tasks[answer.index] as Task);
        else if ("more" in answer) onProgress?.(answer.more);
        else if ("failure" in answer) reject(fromFailure(answer.failure));
        else resolve();
      };
      this.#worker.on("message", (answer: Answer<Result>) => {
        try {
          hear(answer);
        } catch (error) {
          reject(error);
        }
      });
    });
    const isNews = this.#context !== context;
    this.#context = context;
    this.#worker.postMessage({ list, ...(isNews && { news: { context } }) } satisfies Order<Context, Task>);
    await Promise.race([done, this.#ended]);
  }

  stopListening(): void {
    this.#worker.removeAllListeners("message");
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

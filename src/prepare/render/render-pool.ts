import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { builtProgram, isBuilt } from "../../project.ts";
import type { TokenizerFiles } from "../../tokenizer/index.ts";
import { fromFailure } from "../../worker-threads/index.ts";
import { keptCharacters } from "../conversations/index.ts";
import type { PrepareOptions, Settings } from "../options.ts";
import type { Labels } from "../redaction/index.ts";
import { draftPages, type PagesOrder, type ShardsMade } from "../report/index.ts";
import type { ThreadTask } from "../segments/index.ts";
import { createThreadRenderer, type ThreadRenderer, type ThreadResult } from "./render-thread.ts";
import type { Answer, TaskList, Told, WorkerOrder } from "./render-worker.ts";

/** Does tasks on as many threads as pay, in any order; at most one task a thread is under way. */
export interface ThreadWork {
  /** Calls `onResult` as each task is done. The first error ends the work. */
  run(tasks: ThreadTask[], onResult: OnResult): Promise<void>;
  /** Begins the pages of a data set on another thread, where there is one, and writes them once there are shards. */
  draftPages(order: PagesOrder): { finish(made: ShardsMade): Promise<void> };
  close(): Promise<void>;
}

type OnResult = (task: ThreadTask, result: ThreadResult) => void;

/** A worker thread takes some tenths of a second to be ready: so many texts are done without one by then. */
const textsAWorker = 30_000;

interface WorkContext {
  tokenizerFiles: TokenizerFiles;
  tokenizerDirectory: string;
  labels: Labels;
}

/** This thread works too: it would only wait, and its code is loaded already. */
export function openThreadWork(
  { store, jobs, storeModule, signal, ownRules = "" }: PrepareOptions,
  settings: Settings,
  { tokenizerFiles, tokenizerDirectory, labels }: WorkContext,
): ThreadWork {
  let own: ThreadRenderer | undefined;
  const workers: Worker[] = [];
  /** They load their code while this thread builds the tokeniser. */
  const startWorkers = async (tasks: ThreadTask[]) => {
    const wanted = Math.min(jobs ?? usefulThreads(tasks), tasks.length);
    if (storeModule === undefined || !isBuilt) return;
    const started: Worker[] = [];
    const choices = { settings, ownRules, labels, keptCharacters: keptCharacters(wanted) };
    while (workers.length + started.length + 1 < wanted)
      started.push(startWorker({ storeModule, tokenizerDirectory, ...choices }));
    workers.push(...started);
    if (started.length === 0) return;
    const tokenizer = (await tokenizerFiles.load()).share();
    for (const worker of started) worker.postMessage({ tokenizer } satisfies Told);
  };

  return {
    async run(tasks, onResult) {
      if (tasks.length === 0) return;
      await startWorkers(tasks);
      // The longest thread first: it is the one that the others could be waiting for.
      const longestFirst = tasks.toSorted((a, b) => b.thread.texts - a.thread.texts);
      const list: TaskList = { tasks: longestFirst, next: new Int32Array(new SharedArrayBuffer(4)) };
      own ??= createThreadRenderer({
        store,
        settings,
        ownRules,
        labels,
        keptCharacters: keptCharacters(workers.length + 1),
        tokenizer: await tokenizerFiles.load(),
      });
      const work = [
        ...workers.map((worker) => workThere(worker, list, onResult)),
        workHere(own, list, onResult, signal),
      ];
      try {
        await Promise.race([Promise.all(work), rejectWhenAborted(signal)]);
      } finally {
        // Whoever still works after an error finds nothing more to do.
        Atomics.store(list.next, 0, tasks.length);
      }
    },
    draftPages(order) {
      const [worker] = workers;
      if (worker === undefined) {
        return {
          finish: async (made) => (await draftPages(order)).finish(made, await tokenizerFiles.load()),
        };
      }
      worker.postMessage({ draft: order } satisfies Told);
      return { finish: (made) => askFor(worker, { finish: made }) };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function usefulThreads(tasks: ThreadTask[]): number {
  const texts = tasks.reduce((sum, { thread }) => sum + thread.texts, 0);
  return Math.min(availableParallelism(), Math.ceil(texts / textsAWorker));
}

function rejectWhenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function workHere(
  renderer: ThreadRenderer,
  { tasks, next }: TaskList,
  onResult: OnResult,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let index = Atomics.add(next, 0, 1); index < tasks.length; index = Atomics.add(next, 0, 1)) {
    signal?.throwIfAborted();
    const task = tasks[index] as ThreadTask;
    onResult(task, await renderer.render(task));
    // The other threads' results and a Ctrl-C are heard between two tasks.
    await setImmediate();
  }
}

const program = builtProgram("prepare/render/render-worker.js");
/** Young objects die young: a larger nursery only costs memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 2_000 };

function startWorker(order: WorkerOrder): Worker {
  const worker = new Worker(program, { workerData: order, resourceLimits });
  // Heard in `workThere`; an error while nobody listens must not end the process.
  worker.on("error", () => {});
  return worker;
}

/** Resolves when the worker has found no further task. */
function workThere(worker: Worker, list: TaskList, onResult: OnResult): Promise<void> {
  return askFor(worker, list, (index, result) => onResult(list.tasks[index] as ThreadTask, result));
}

/** Resolves when the worker has done what it is told. */
function askFor(
  worker: Worker,
  told: Told,
  onResult?: (index: number, result: ThreadResult) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    worker.on("message", (answer: Answer) => {
      if ("error" in answer) return reject(fromFailure(answer.error));
      if ("isDone" in answer) return resolve();
      onResult?.(answer.index, answer.result);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`A worker thread ended with exit code ${code}.`)));
    worker.postMessage(told);
  }).finally(() => {
    for (const event of ["message", "exit"]) worker.removeAllListeners(event);
  });
}

import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { UserError } from "../errors.ts";
import type { MessageStore } from "../handoffs.ts";
import { loadTokenizer, type Tokenizer } from "../tokenizer.ts";
import type { PrepareOptions, Settings, WorkerProgram } from "./options.ts";
import {
  createThreadRenderer,
  type ThreadRenderer,
  type ThreadResult,
  type ThreadTask,
} from "./render-thread.ts";

/** Does tasks on as many threads as pay, in any order; at most one task a thread is under way. */
export interface ThreadWork {
  /** Calls `onResult` as each task is done. The first error ends the work. */
  run(tasks: ThreadTask[], onResult: (task: ThreadTask, result: ThreadResult) => void): Promise<void>;
  close(): Promise<void>;
}

/** What a worker thread is told. */
interface WorkerOrder {
  store: unknown;
  settings: Settings;
  ownRules: string;
  tokenizerDirectory: string;
}

/** A worker thread takes some tenths of a second to be ready: so many texts are done without one by then. */
const textsAWorker = 30_000;

export function openThreadWork(
  { store, jobs, worker, signal, ownRules = "" }: PrepareOptions,
  settings: Settings,
  { tokenizer, tokenizerDirectory }: { tokenizer: Tokenizer; tokenizerDirectory: string },
): ThreadWork {
  let own: ThreadRenderer | undefined;
  const workers: Worker[] = [];
  const workersFor = (tasks: ThreadTask[]) => {
    const wanted = jobs ?? usefulWorkers(tasks);
    if (worker === undefined || wanted < 2) return workers;
    const order: WorkerOrder = { store: worker.store, settings, ownRules, tokenizerDirectory };
    while (workers.length < wanted) workers.push(startWorker(worker, order));
    return workers;
  };

  return {
    async run(tasks, onResult) {
      // The longest thread first: it is the one that the others could be waiting for.
      const waiting = tasks.toSorted((a, b) => b.thread.texts - a.thread.texts);
      const hands = workersFor(waiting).map((one) => (task: ThreadTask) => ask(one, task));
      if (hands.length === 0) {
        own ??= createThreadRenderer({ store, settings, ownRules, tokenizer });
        hands.push(own.render);
      }
      const work = hands.map(async (render) => {
        for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
          signal?.throwIfAborted();
          onResult(task, await render(task));
        }
      });
      await Promise.race([Promise.all(work), rejectWhenAborted(signal)]);
    },
    async close() {
      await Promise.all(workers.map((one) => one.terminate()));
    },
  };
}

function usefulWorkers(tasks: ThreadTask[]): number {
  const texts = tasks.reduce((sum, { thread }) => sum + thread.texts, 0);
  return Math.min(availableParallelism(), tasks.length, Math.ceil(texts / textsAWorker));
}

function rejectWhenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function startWorker({ url }: WorkerProgram, order: WorkerOrder): Worker {
  const worker = new Worker(url, { workerData: order });
  // Asked for in `ask`; an error while nobody asks must not end the process.
  worker.on("error", () => {});
  return worker;
}

type Answer = { result: ThreadResult } | { error: Failure };

/** What is left of an error on its way between threads, put together again. */
interface Failure {
  message: string;
  stack: string | undefined;
  code: unknown;
  fix: string | undefined;
}

function ask(worker: Worker, task: ThreadTask): Promise<ThreadResult> {
  return new Promise((resolve, reject) => {
    const forget = () => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
    };
    const onMessage = (answer: Answer) => {
      forget();
      if ("error" in answer) reject(toError(answer.error));
      else resolve(answer.result);
    };
    const onError = (error: unknown) => {
      forget();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`A worker thread ended with exit code ${code}.`));
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    worker.postMessage(task);
  });
}

/**
 * The body of a worker thread.
 *
 * @param openStore Opens the message store from what `WorkerProgram.store` says.
 */
export async function servePrepareWork(openStore: (store: unknown) => Promise<MessageStore>): Promise<void> {
  const { store, settings, ownRules, tokenizerDirectory } = workerData as WorkerOrder;
  const [opened, tokenizer] = await Promise.all([openStore(store), loadTokenizer(tokenizerDirectory)]);
  const renderer = createThreadRenderer({ store: opened, settings, ownRules, tokenizer });
  parentPort?.on("message", async (task: ThreadTask) => {
    try {
      parentPort?.postMessage({ result: await renderer.render(task) } satisfies Answer);
    } catch (error) {
      parentPort?.postMessage({ error: toFailure(error as Error) } satisfies Answer);
    }
  });
}

function toFailure(error: Error & { code?: unknown }): Failure {
  const { message, stack, code } = error;
  return { message, stack, code, fix: error instanceof UserError ? error.fix : undefined };
}

function toError({ message, stack, code, fix }: Failure): Error {
  if (fix !== undefined) return new UserError(message, { fix });
  return Object.assign(new Error(message), { stack, code });
}

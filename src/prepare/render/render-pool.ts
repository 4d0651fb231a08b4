import { availableParallelism } from "node:os";
import { builtProgram, isBuilt } from "../../project.ts";
import type { TokenizerFiles } from "../../tokenizer/index.ts";
import { type Work, WorkerPool } from "../../worker-threads/index.ts";
import { keptCharacters } from "../conversations/index.ts";
import type { Ports } from "../ports.ts";
import type { Segment, ThreadTask } from "../segments/index.ts";
import type { Assembled } from "../shards/index.ts";
import type { RenderedThread, RendererContext } from "./render-thread.ts";
import type { RenderWorkerContext } from "./render-worker.ts";
import { createTaskRunner, type PrepareResult, type PrepareTask } from "./tasks.ts";

/** Does the work of a data set on as many worker threads as pay, and on the main thread. */
export interface RenderPool {
  /** Renders threads in any order; calls `onRendered` as each is done. */
  render(
    tasks: ThreadTask[],
    onRendered: (task: ThreadTask, rendered: RenderedThread) => void,
  ): Promise<void>;
  /**
   * Makes shards of segments while the main thread does something else, where there are worker threads.
   * Without a directory, only counts.
   */
  assembleBeside<Other>(
    segments: Segment[],
    directory: string | undefined,
    other: () => Promise<Other>,
  ): Promise<[Assembled, Other]>;
  close(): Promise<void>;
}

/** A worker thread takes some tenths of a second to be ready: so many texts are done without one by then. */
const textsAWorker = 30_000;

export function openRenderPool(
  { store, jobs, storeModule, signal }: Pick<Ports, "store" | "jobs" | "storeModule" | "signal">,
  {
    tokenizerFiles,
    settings,
    labels,
  }: Pick<RendererContext, "settings" | "labels"> & { tokenizerFiles: TokenizerFiles },
): RenderPool {
  type PoolWork = Work<RenderWorkerContext | undefined, PrepareTask, PrepareResult>;
  const pool = new WorkerPool<RenderWorkerContext | undefined, PrepareTask, PrepareResult>(
    builtProgram("prepare/render/render-worker.js"),
  );
  let opened: { workers: number; work: Omit<PoolWork, "onResult"> } | undefined;

  /** Opens the tasks for as many worker threads as there are now. */
  const open = async () => {
    const workers = pool.size;
    if (opened?.workers === workers) return opened.work;
    const tokenizer = await tokenizerFiles.load();
    const shared = { settings, labels, keptCharacters: keptCharacters(workers + 1) };
    const context =
      workers === 0 || storeModule === null
        ? undefined
        : {
            ...shared,
            storeModule,
            tokenizer: tokenizer.share(),
            tokenizerDirectory: tokenizerFiles.directory,
          };
    opened = {
      workers,
      work: { context, doTask: createTaskRunner({ ...shared, store, tokenizer }, signal), signal },
    };
    return opened.work;
  };

  return {
    async render(tasks, onRendered) {
      if (tasks.length === 0) return;
      if (storeModule !== null && isBuilt)
        pool.grow(Math.min(jobs === "auto" ? usefulWorkers(tasks) : jobs, tasks.length) - 1);
      // The longest thread first: it is the one that the others could be waiting for.
      const longestFirst = tasks.toSorted((a, b) => b.thread.texts - a.thread.texts);
      const onResult: PoolWork["onResult"] = (result, task) =>
        onRendered(task as ThreadTask, result as RenderedThread);
      // The worker threads load their code while the main thread builds the tokeniser.
      await pool.run(longestFirst, { ...(await open()), onResult });
    },
    async assembleBeside(segments, directory, other) {
      const [assembled, made] = await pool.runBeside({ segments, directory }, await open(), other);
      return [assembled as Assembled, made];
    },
    close: () => pool.close(),
  };
}

function usefulWorkers(tasks: ThreadTask[]): number {
  const texts = tasks.reduce((sum, { thread }) => sum + thread.texts, 0);
  return Math.min(availableParallelism(), Math.ceil(texts / textsAWorker));
}

import { availableParallelism } from "node:os";
import { builtProgram, isBuilt } from "../../project.ts";
import type { TokenizerFiles } from "../../tokenizer/index.ts";
import { type Work, WorkerPool } from "../../worker-threads/index.ts";
import { keptCharacters } from "../conversations/index.ts";
import type { Ports } from "../ports.ts";
import type { Segment, ThreadTask } from "../segments/index.ts";
import type { Assembled } from "../shards/index.ts";
import type { RenderedThread, RendererContext } from "./render-thread.ts";
import type { WorkerContext } from "./render-worker.ts";
import { createTaskRunner, type PrepareResult, type PrepareTask } from "./tasks.ts";

/** Does the work of a data set on as many threads of the machine as pay. */
export interface RenderPool {
  /** Renders threads in any order; calls `onRendered` as each is done. */
  render(
    tasks: ThreadTask[],
    onRendered: (task: ThreadTask, rendered: RenderedThread) => void,
  ): Promise<void>;
  /**
   * Makes shards of segments while the main thread does something else, where there are several threads of the machine.
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
  type PoolWork = Work<WorkerContext | undefined, PrepareTask, PrepareResult>;
  const pool = new WorkerPool<WorkerContext | undefined, PrepareTask, PrepareResult>(
    builtProgram("prepare/render/render-worker.js"),
  );
  let opened: { threads: number; work: Omit<PoolWork, "onResult"> } | undefined;

  /** Opens the tasks for as many threads of the machine as there are now. */
  const open = async () => {
    const threads = pool.size + 1;
    if (opened?.threads === threads) return opened.work;
    const tokenizer = await tokenizerFiles.load();
    const shared = { settings, labels, keptCharacters: keptCharacters(threads) };
    const context =
      threads === 1 || storeModule === null
        ? undefined
        : {
            ...shared,
            storeModule,
            tokenizer: tokenizer.share(),
            tokenizerDirectory: tokenizerFiles.directory,
          };
    opened = {
      threads,
      work: { context, doTask: createTaskRunner({ ...shared, store, tokenizer }, signal), signal },
    };
    return opened.work;
  };

  return {
    async render(tasks, onRendered) {
      if (tasks.length === 0) return;
      if (storeModule !== null && isBuilt)
        pool.grow(Math.min(jobs === "auto" ? usefulThreads(tasks) : jobs, tasks.length) - 1);
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

function usefulThreads(tasks: ThreadTask[]): number {
  const texts = tasks.reduce((sum, { thread }) => sum + thread.texts, 0);
  return Math.min(availableParallelism(), Math.ceil(texts / textsAWorker));
}

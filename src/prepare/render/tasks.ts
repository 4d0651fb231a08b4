import type { DoTask } from "../../worker-threads/index.ts";
import { type Segment, type ThreadTask, tokenArrayOf } from "../segments/index.ts";
import { type Assembled, assembleShards, openShardWriters } from "../shards/index.ts";
import {
  createThreadRenderer,
  type RenderedThread,
  type RendererContext,
  type ThreadRenderer,
} from "./render-thread.ts";

/** Segments that are to become shards. */
interface AssemblyTask {
  segments: Segment[];
  /** Where the shards go; undefined: only count. */
  directory: string | undefined;
}

/** What is done on a worker thread or the main thread: a thread is rendered, or all of them are put together. */
export type PrepareTask = ThreadTask | AssemblyTask;
export type PrepareResult = RenderedThread | Assembled;

export function createTaskRunner(
  context: RendererContext,
  signal: AbortSignal,
): DoTask<PrepareTask, PrepareResult> {
  const Tokens = tokenArrayOf(context.tokenizer);
  let renderer: ThreadRenderer | undefined;
  return async (task) => {
    if ("thread" in task) {
      renderer ??= createThreadRenderer(context);
      return renderer.render(task);
    }
    const { segments, directory } = task;
    return assembleShards(segments, { writers: await openShardWriters(directory), Tokens, signal });
  };
}

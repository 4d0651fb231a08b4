/** A worker thread of `persona prepare`. It loads no more than rendering needs: loading is most of what a thread costs. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { MessageStore } from "../../handoffs/index.ts";
import {
  loadTokenizer,
  openSharedTokenizer,
  type SharedTokenizer,
  type Tokenizer,
} from "../../tokenizer/index.ts";
import { type ThreadFailure, toFailure } from "../../worker-threads/index.ts";
import type { Settings, StoreModule } from "../options.ts";
import type { Labels } from "../redaction/index.ts";
import { draftPages, type PagesDraft, type PagesOrder, type ShardsMade } from "../report/index.ts";
import type { ThreadTask } from "../segments/index.ts";
import { createThreadRenderer, type ThreadRenderer, type ThreadResult } from "./render-thread.ts";

/** What a worker thread is told when it starts. */
export interface WorkerOrder {
  storeModule: StoreModule;
  settings: Settings;
  ownRules: string;
  labels: Labels;
  tokenizerDirectory: string;
  keptCharacters: number;
}

/** What it is told next; undefined where only the tokeniser's files will do. */
interface SharedTables {
  tokenizer: SharedTokenizer | undefined;
}

/** Tasks for all threads: each takes the next one, by counting `next[0]` up. */
export interface TaskList {
  tasks: ThreadTask[];
  next: Int32Array;
}

/** Both pages of a data set are drafted here while another thread makes its shards. */
interface Draft {
  draft: PagesOrder;
}

interface Finish {
  finish: ShardsMade;
}

export type Told = SharedTables | TaskList | Draft | Finish;

export type Answer =
  | { index: number; result: ThreadResult }
  | { error: ThreadFailure }
  /** No task of the list is left, or the pages are written. */
  | { isDone: true };

const port = parentPort as MessagePort;
const answer = (answer: Answer) => port.postMessage(answer);
const { storeModule, tokenizerDirectory, ...choices } = workerData as WorkerOrder;
/** Under way while the other thread builds the tokeniser. */
const store = openStore();
let tokenizer: Promise<Tokenizer>;
let renderer: Promise<ThreadRenderer>;
let pages: Promise<PagesDraft>;

port.on("message", async (told: Told) => {
  if ("tokenizer" in told) {
    tokenizer = openTokenizer(told);
    renderer = openRenderer();
  } else if ("draft" in told) {
    pages = draftPages(told.draft);
    // It is heard of when the pages are to be finished.
    pages.catch(() => {});
  } else {
    await answerWhenDone(async () => {
      if ("tasks" in told) await work(told);
      else await (await pages).finish(told.finish, await tokenizer);
    });
  }
});

async function openStore(): Promise<MessageStore> {
  const module = (await import(storeModule.url)) as { openStore(told: unknown): Promise<MessageStore> };
  return module.openStore(storeModule.told);
}

async function openTokenizer({ tokenizer: shared }: SharedTables): Promise<Tokenizer> {
  return shared ? openSharedTokenizer(shared) : await loadTokenizer(tokenizerDirectory);
}

async function openRenderer(): Promise<ThreadRenderer> {
  return createThreadRenderer({ ...choices, store: await store, tokenizer: await tokenizer });
}

async function work({ tasks, next }: TaskList): Promise<void> {
  const { render } = await renderer;
  for (let index = Atomics.add(next, 0, 1); index < tasks.length; index = Atomics.add(next, 0, 1))
    answer({ index, result: await render(tasks[index] as ThreadTask) });
}

async function answerWhenDone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    answer({ isDone: true });
  } catch (error) {
    answer({ error: toFailure(error) });
  }
}

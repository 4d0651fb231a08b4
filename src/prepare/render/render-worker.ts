/** A worker thread of `persona prepare`. It loads no more than its tasks need: loading is most of what it costs. */
import type { MessageStore } from "../../handoffs/index.ts";
import { createSharedTokenizer, loadTokenizer, type SharedTokenizer } from "../../tokenizer/index.ts";
import { answerTasks } from "../../worker-threads/index.ts";
import type { StoreModule } from "../ports.ts";
import type { RendererContext } from "./render-thread.ts";
import { createTaskRunner } from "./tasks.ts";

/** What all tasks share, as a worker thread can be told of it. */
export interface RenderWorkerContext extends Omit<RendererContext, "store" | "tokenizer"> {
  storeModule: StoreModule;
  /** Undefined where only the tokeniser's files will do. */
  tokenizer: SharedTokenizer | undefined;
  tokenizerDirectory: string;
}

answerTasks(async ({ storeModule, tokenizer, tokenizerDirectory, ...shared }: RenderWorkerContext) =>
  createTaskRunner(
    {
      ...shared,
      store: await openStore(storeModule),
      tokenizer: tokenizer ? createSharedTokenizer(tokenizer) : await loadTokenizer(tokenizerDirectory),
    },
    // Ctrl-C is heard by the main thread, which ends this one.
    new AbortController().signal,
  ),
);

async function openStore({ url, told }: StoreModule): Promise<MessageStore> {
  const module = (await import(url)) as { openStore(told: unknown): Promise<MessageStore> };
  return module.openStore(told);
}

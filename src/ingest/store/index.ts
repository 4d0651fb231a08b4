export { finishUpdate, withStoreLock } from "./finish.ts";
export { extreme, joinThreads } from "./joined-threads.ts";
export { lineOf, parseLine } from "./line.ts";
export { openMessages, storeModule } from "./open-messages.ts";
export { readIndex, type StoreIndex } from "./store.ts";
export { StoreUpdate } from "./store-update.ts";
export type { KnownThread, StoredThread } from "./stored-thread.ts";
export { linesOf, readThreadFile, ThreadFileWriter } from "./thread-file.ts";

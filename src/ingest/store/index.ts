export { DiskFlush } from "./disk-flush.ts";
export { createTombstone, type Forgotten, openForgotten } from "./forgotten.ts";
export { extreme, joinThreads } from "./joined-threads.ts";
export { lineOf, parseLine } from "./line.ts";
export {
  openMessages,
  readIndex,
  removeUnnamed,
  type StoreIndex,
  storeModule,
  type Tombstone,
  writeIndex,
} from "./store.ts";
export type { StoredThread } from "./stored-thread.ts";
export { linesOf, readThreadFile, ThreadFileWriter } from "./thread-file.ts";

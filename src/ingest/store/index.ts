export { type EarlierName, readEarlierNames, writeEarlierNames } from "./earlier-names.ts";
export { addErased, type Erased, ErasedMoments, nothingErased } from "./erased-moments.ts";
export { createForgotten, createTombstone, type Forgotten, type ForgottenIn } from "./forgotten.ts";
export { extreme, joinThreads } from "./joined-threads.ts";
export { lineOf, parseLine } from "./line.ts";
export {
  openMessages,
  readIndex,
  type StoreIndex,
  storeModule,
  type Tombstone,
} from "./store.ts";
export { StoreUpdate } from "./store-update.ts";
export type { KnownThread, StoredThread } from "./stored-thread.ts";
export { linesOf, readThreadFile, ThreadFileWriter } from "./thread-file.ts";

export { type IdentityNotes, identifyThreads } from "./identify-threads.ts";
export { SketchInProgress } from "./sketch.ts";
export type { KnownSketches, SearchedStore } from "./sketch-chats.ts";

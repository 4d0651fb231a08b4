export { type IdentityNotes, identifyThreads } from "./identify-threads.ts";
export type { SearchedStore } from "./sketch-chats.ts";

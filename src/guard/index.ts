export { foldLetters } from "./fold-letters.ts";
export type { Guard } from "./guard.ts";
export { makeGuard, openGuard } from "./run-guard.ts";

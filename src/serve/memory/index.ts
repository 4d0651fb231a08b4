export { Memories } from "./memories.ts";
export { Memory } from "./memory.ts";
export { promptWithin } from "./window.ts";

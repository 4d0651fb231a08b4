export { keepMemories, Memories } from "./memories.ts";
export { Memory, type OpenMask } from "./memory.ts";
export { forgetInConversations } from "./memory-folder.ts";
export { promptWithin } from "./window.ts";

export { keepMemories, Memories } from "./memories.ts";
export { Memory, type OpenMask } from "./memory.ts";
export { forgetInConversations } from "./memory-folder.ts";
export {
  afterNote,
  clearNote,
  describeNote,
  type NoteSource,
  noteIn,
  readNote,
  type StateNote,
  writeNote,
} from "./note.ts";
export type { Remembered } from "./remembered.ts";
export { promptWithin } from "./window.ts";

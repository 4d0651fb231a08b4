export {
  findThreadPlaces,
  fullPath,
  threadFolderFormat,
} from "./dyi/index.ts";
export { charactersOf } from "./entry-size.ts";
export {
  type EntryOutline,
  type ExportFormat,
  type FindOptions,
  type FoundPart,
  isNobody,
  type Learned,
  type ParsedEntry,
} from "./format.ts";
export { instagram } from "./instagram.ts";
export { instagram2018 } from "./instagram-2018.ts";
export { secureStorage } from "./secure-storage/index.ts";
export { cleanText, endOfString, FewStrings, highBits, startsWith, textOf } from "./text/index.ts";
export { UnreadableError } from "./unreadable-error.ts";
export { isSelf, whatsapp } from "./whatsapp/index.ts";

export { type Conversation, eachConversation, eachGap, hasInk, isText } from "./conversations.ts";
export { addGaps, commonSilence, countGap, createGapCounts, maxSilenceOf } from "./rhythm.ts";
export {
  holdOutShareOf,
  isOutsideDates,
  outsideDates,
  reasonToSkipThread,
  threadsToHoldOut,
} from "./selection.ts";
export { batchesOf, keptCharacters, openThread, type ThreadSource } from "./thread-source.ts";
export { thinShort, toTurns } from "./turns.ts";

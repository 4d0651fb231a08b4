export { createFacts, type Facts, factsVersion } from "./facts.ts";
export { mergeFacts } from "./merge.ts";
export {
  laterConversations,
  type ObservedMessage,
  type ObservedThread,
  observeConversation,
  wordsCountedFirst,
} from "./observe.ts";
export { finishWords } from "./words.ts";

export {
  type AnsweredTurns,
  bubbleEdges,
  type Counts,
  createFacts,
  emojiEdges,
  endings,
  type Facts,
  factsVersion,
  silenceEdges,
} from "./facts.ts";
export { characterEdges, durationEdges, quantile, total, typingEdges } from "./histogram.ts";
export { mergeFacts } from "./merge.ts";
export {
  laterConversations,
  type ObservedMessage,
  type ObservedThread,
  observeConversation,
  wordsCountedFirst,
} from "./observe.ts";
export { finishWords, severalThreads, type WordCounts } from "./words.ts";

export { createFacts, type Facts, factsVersion } from "./facts.ts";
export { mergeFacts } from "./merge.ts";
export { type ObservedMessage, type ObservedThread, observeConversation } from "./observe.ts";
export { finishWords } from "./words.ts";

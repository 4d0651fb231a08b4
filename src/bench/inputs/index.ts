export { fuzzedTexts } from "./fuzzed-texts.ts";
export { inventedStore } from "./invented-store.ts";
export { seededRandom } from "./seeded-random.ts";
export { writeProfile, writeSyntheticChat, writeSyntheticExport } from "./synthetic-export.ts";
export { habits } from "./thread-habits.ts";
export { inventTopics, persona, type TopicMessage, topicSessions } from "./topic-sessions.ts";

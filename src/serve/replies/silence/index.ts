export { chanceOfSpeaking } from "./chance.ts";
export { learnToSpeak } from "./learn.ts";
export { type Silence, type SpeakingDecision, silenceOf } from "./silence.ts";

export { chanceOfSpeaking } from "./chance.ts";
export { learnToSpeak } from "./learn.ts";
export { type Silence, silenceOf } from "./silence.ts";

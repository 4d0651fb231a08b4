export type { Continuation, Engine, GenerateOptions } from "./engine.ts";
export { describeEngine, openLlamaEngine } from "./llama/index.ts";
export { openEngine, type ServerChoice } from "./open-engine.ts";
export { serverKeyVariable } from "./openai/index.ts";

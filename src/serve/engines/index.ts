export type { Continuation, Engine, GenerateOptions } from "./engine.ts";
export { describeEngine, openLlamaEngine } from "./llama/index.ts";

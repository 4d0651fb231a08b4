export type { Continuation, Engine, GenerateOptions, WeighedId } from "./engine.ts";
export { describeEngine, hasGpu, type LlamaOptions, openLlamaEngine } from "./llama/index.ts";
export { type ModelFiles, openEngine } from "./open-engine.ts";
export { serverKeyVariable } from "./openai/index.ts";

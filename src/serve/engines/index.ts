export type { Engine } from "./engine.ts";
export { describeEngine, openLlamaEngine } from "./llama.ts";

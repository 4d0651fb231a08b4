export { describeEngine, openLlamaEngine } from "./llama-engine.ts";

import { LlamaConversations, type LlamaEngine } from "./llama-engine.ts";
import { type LlamaOptions, openModel } from "./open-model.ts";

export { describeEngine, hasGpu } from "./backend.ts";
export type { LlamaOptions } from "./open-model.ts";

/**
 * llama.cpp in this process, on the GPU where there is one.
 *
 * @throws {UserError} where the file is no model, or cannot be computed where it was asked for.
 */
export async function openLlamaEngine(file: string, options: LlamaOptions = {}): Promise<LlamaEngine> {
  return new LlamaConversations(await openModel(file, options));
}

import type { Tokenizer } from "../../tokenizer/index.ts";
import type { Engine } from "./engine.ts";
import { type LlamaOptions, openLlamaEngine } from "./llama/index.ts";
import { openServerEngine } from "./openai/index.ts";

/** A server of completions that somebody chose. */
export interface ServerChoice {
  address: string;
  model: string | undefined;
  key: string | undefined;
  /** Told of what the owner should know, and what does not keep the server from answering. */
  warn(line: string): void;
}

/** The engine of a model: llama.cpp in this process, or a server where one was chosen. */
export function openEngine(
  { gguf, server }: { gguf: string; server?: ServerChoice | undefined },
  tokenizer: Tokenizer,
  here: LlamaOptions = {},
): Promise<Engine> {
  return server === undefined
    ? openLlamaEngine(gguf, here)
    : openServerEngine(server.address, { tokenizer, ...server });
}

import { orPassOver, type PassedOver, UserError } from "../../errors.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import type { Engine } from "./engine.ts";
import { type LlamaOptions, openLlamaEngine } from "./llama/index.ts";
import { openServerEngine } from "./openai/index.ts";

/** A server of completions that somebody chose. */
interface ServerChoice {
  address: string;
  model: string | undefined;
  key: string | undefined;
  /** Told of what the owner should know, and what does not keep the server from answering. */
  warn(line: string): void;
}

/** The files of a model. */
export interface ModelFiles {
  /** All of it in one. */
  gguf: string;
  /** The same as a base, which models share, and what lies over it. */
  adapter?: { base: string; file: string } | undefined;
  /** The server that computes with the same model, instead of this process with its files. */
  server?: ServerChoice | undefined;
}

interface Here extends LlamaOptions {
  /** Told of an adapter in whose place the whole model is used. */
  passedOver?: PassedOver;
}

/** The engine of a model: llama.cpp in this process, or a server where one was chosen. */
export async function openEngine(
  { gguf, adapter, server }: ModelFiles,
  tokenizer: Tokenizer,
  { passedOver = () => {}, ...here }: Here = {},
): Promise<Engine> {
  if (server !== undefined) return openServerEngine(server.address, { tokenizer, ...server });
  const overBase =
    adapter &&
    (await orPassOver(openLlamaEngine(adapter.base, { ...here, adapter: adapter.file }), (problem) =>
      passedOver(answersWhole(problem)),
    ));
  return overBase ?? openLlamaEngine(gguf, here);
}

function answersWhole(problem: UserError): UserError {
  return new UserError(
    `${problem.message} The run answers from its whole model.gguf: with the same words, but it shares no memory with other runs.`,
    { fix: "Leave it so, or train the run again: persona train --lora", cause: problem },
  );
}

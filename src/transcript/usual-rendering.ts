import { UserError } from "../errors.ts";
import type { Rendering } from "../handoffs/index.ts";
import type { Tokenizer, TokenizerFiles } from "../tokenizer/index.ts";
import { createTranscript } from "./transcript.ts";

/** How conversations are written for a model: by its chat template, where it has one and turns can be joined in it. */
export async function usualRendering(
  { chatTemplate, load }: TokenizerFiles,
  note?: (line: string) => void,
): Promise<Rendering> {
  if (chatTemplate === undefined) return "plain";
  const problem = problemOfChat(await load());
  if (problem === undefined) return "chat";
  note?.(`${problem.message} Conversations are written in the plain rendering.`);
  return "plain";
}

function problemOfChat(tokenizer: Tokenizer): UserError | undefined {
  try {
    createTranscript({ tokenizer, rendering: "chat", persona: "Persona" });
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

import { randomUUID } from "node:crypto";
import * as z from "zod";
import { secondsNow } from "../service.ts";
import { type TokenCounts, Usage, usageOf } from "../usage.ts";

const Logprobs = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  text_offset: z.array(z.int()),
});

const Choice = z.object({
  index: z.int(),
  text: z.string(),
  logprobs: Logprobs.nullable(),
  finish_reason: z.enum(["stop", "length", "content_filter"]).nullable(),
});
export type CompletionChoice = z.infer<typeof Choice>;

/** What `POST /v1/completions` answers; of a stream, each event. */
export const Completion = z.object({
  id: z.string(),
  object: z.literal("text_completion"),
  created: z.int(),
  model: z.string(),
  choices: z.array(Choice),
  usage: Usage.optional(),
});
type Completion = z.infer<typeof Completion>;

/** The head that the parts of one answer share. */
export function headOf(model: string): Omit<Completion, "choices"> {
  return { id: `cmpl-${randomUUID()}`, object: "text_completion", created: secondsNow(), model };
}

export function wholeAnswer(model: string, choices: CompletionChoice[], counts: TokenCounts): Completion {
  return { ...headOf(model), choices, usage: usageOf(counts) };
}

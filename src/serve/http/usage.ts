import * as z from "zod";

/** What an answer took, as chat and completions tell it. */
export const Usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z
    .int()
    .describe("Tokens that were drawn, those of answers that may not be said included."),
  total_tokens: z.int(),
});

export interface TokenCounts {
  promptTokens: number;
  drawnTokens: number;
}

export function usageOf({ promptTokens, drawnTokens }: TokenCounts): z.infer<typeof Usage> {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: drawnTokens,
    total_tokens: promptTokens + drawnTokens,
  };
}

import * as z from "zod";
import { likeliest } from "../limits.ts";
import { type Dialect, largestSeed } from "./dialect.ts";

/** vLLM takes biases from -100 to 100. */
const decisive = 100;

/** As many of the likeliest ids as vLLM tells unless it was started with another `--max-logprobs`. */
const maxLogprobs = 20;

/** More continuations at once than anybody ranks. */
const maxCount = 64;

const Choice = z.object({
  index: z.int().default(0),
  token_ids: z.array(z.int()).nullish(),
  logprobs: z
    .object({
      token_logprobs: z.array(z.number().nullable()).default([]),
      top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
    })
    .nullish(),
  prompt_logprobs: z.array(z.record(z.string(), z.object({ logprob: z.number() })).nullable()).nullish(),
});
const Answer = z.object({ choices: z.array(Choice).default([]) });

/** vLLM, and others that give token ids back in `/v1/completions` where `return_token_ids` asks for them. */
export function vllm(model: string, contextLength: number): Dialect {
  const always = { model, add_special_tokens: false, return_token_ids: true };
  return {
    name: "vLLM",
    model,
    contextLength,
    maxCount,
    path: "/v1/completions",
    bodyOf: ({ prompt, count, bias, wantsLogProbabilities, maxTokens, temperature, topP, minP, seed }) => ({
      prompt,
      max_tokens: maxTokens,
      ...(count > 1 && { n: count }),
      temperature,
      top_k: likeliest,
      top_p: topP,
      min_p: minP,
      seed: seed % largestSeed,
      ...(bias.size > 0 && {
        logit_bias: Object.fromEntries(
          [...bias].map(([id, added]) => [id, Math.max(-decisive, Math.min(added, decisive))]),
        ),
      }),
      ...(wantsLogProbabilities && { logprobs: 0 }),
      ...always,
      stream: true,
    }),
    partsOf: (event) =>
      Answer.parse(event).choices.flatMap(({ index, token_ids, logprobs }) => {
        if (!token_ids || token_ids.length === 0) return [];
        const told = logprobs?.token_logprobs.filter((value) => value !== null);
        return [{ index, ids: token_ids, ...(told && { logProbabilities: told }) }];
      }),
    bodyOfNext: (prompt) => ({
      prompt,
      max_tokens: 1,
      temperature: 0,
      logprobs: maxLogprobs,
      return_tokens_as_token_ids: true,
      ...always,
    }),
    nextOf(answer) {
      const top = Answer.parse(answer).choices[0]?.logprobs?.top_logprobs?.[0] ?? {};
      return new Map(
        Object.entries(top).map(([name, value]) => [Number(name.replace("token_id:", "")), value]),
      );
    },
    bodyOfScore: (prompt) => ({ prompt, max_tokens: 1, temperature: 0, prompt_logprobs: 0, ...always }),
    scoreOf(answer, ids) {
      const told = Answer.parse(answer).choices[0]?.prompt_logprobs;
      // The first id follows nothing.
      const each = ids.slice(1).map((id, index) => told?.[index + 1]?.[id]?.logprob);
      return each.every((value) => value !== undefined) ? each : undefined;
    },
    bodyOfTokenize: (prompt) => ({ model, prompt, add_special_tokens: false }),
  };
}
